import type { BodyValue } from './schema';

/** Stands for a value that is kept nowhere; tells nothing of it, not even the length. */
export const SECRET_MASK = 'xxxxxxxx';

const WORDS = /passw(?:or)?d|passphrase|secret|credential|private_?key|(?:access|api|auth|bearer|session)_?token/i;
const ENDS = /(?:^|[_-])(?:pass|pwd|key|pin|token)\d*$/i;

/**
 * Whether an environment variable of a data server holds a secret, by its name: PASSWORD, CLIENT_SECRET, ENCRYPTION_KEY.
 * No variable that the NDMP draft or a server's documentation names is one.
 */
export function isSecretVariable(name: string): boolean {
  return WORDS.test(name) || ENDS.test(name);
}

/** Variables as they may be shown and kept: of secrets the name alone. */
export function withoutSecretValues<T extends { name: string; value: string }>(variables: readonly T[]): T[] {
  return variables.map((each) => (isSecretVariable(each.name) ? { ...each, value: SECRET_MASK } : each));
}

/**
 * The body of a message with the values of secret variables masked, in every list of variables that it has.
 * @returns undefined when there is no secret in it
 */
export function withoutSecretsInBody(body: Readonly<Record<string, unknown>>): BodyValue | undefined {
  let isChanged = false;
  const kept = Object.entries(body).map(([field, value]) => {
    if (!isVariables(value) || !value.some(({ name }) => isSecretVariable(name))) return [field, value];
    isChanged = true;
    return [field, withoutSecretValues(value)];
  });
  return isChanged ? (Object.fromEntries(kept) as BodyValue) : undefined;
}

function isVariables(value: unknown): value is readonly { name: string; value: string }[] {
  return Array.isArray(value) && value.every(isVariable);
}

function isVariable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'name' in value && typeof value.name === 'string' && 'value' in value && typeof value.value === 'string';
}
