/** An error whose message is a sentence for users: what, where, what to do. */
export class UserError extends Error {
  override name = 'UserError';
}
