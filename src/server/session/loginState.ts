import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ErrorCode } from '../../protocol';
import { CHALLENGE_BYTES, isLoginDigest } from '../../transport';
import { encodeByteString } from '../../xdr';
import { RequestFailure } from '../failure';
import type { AuthType, SystemView } from '../system';
import type { SessionUser } from './session';

export const Auth = { NONE: 0, TEXT: 1, MD5: 2 } as const;
/** Whom a session without a password is run for. */
const NOBODY = 'anonymous';

/** Who has logged in to a session, and how often that was refused (NDMPv4 draft, section 3.1.2). */
export class LoginState {
  private loggedIn: SessionUser | undefined;
  private challenge: Uint8Array | undefined;
  private refusals = 0;
  /** The user has shown that both sides know a password. */
  hasPassword = false;

  constructor(
    private readonly view: SystemView,
    private readonly attempts: number,
  ) {}

  get user(): SessionUser | undefined {
    return this.loggedIn;
  }

  /** Anyone may log in without a password. */
  get isOpenToAll(): boolean {
    return this.view.authTypes.includes(Auth.NONE);
  }

  get isExhausted(): boolean {
    return this.refusals >= this.attempts;
  }

  /** A fresh challenge; the most recent one counts. */
  newChallenge(): Uint8Array {
    this.require(Auth.MD5);
    this.challenge = randomBytes(CHALLENGE_BYTES);
    return this.challenge;
  }

  /** Throws where a kind of login is switched off. */
  require(type: AuthType): void {
    if (!this.view.authTypes.includes(type))
      throw new RequestFailure(ErrorCode.NOT_SUPPORTED, `this kind of login (${type}) is switched off`);
  }

  withoutPassword(): void {
    this.require(Auth.NONE);
    this.accept(NOBODY, false);
  }

  withPassword(user: string, password: string): void {
    this.require(Auth.TEXT);
    const expected = this.view.passwordOf(user);
    // both are hashed so that neither length nor content shows in the time
    const isRight = timingSafeEqual(hash(password), hash(expected ?? ''));
    if (!isRight || expected === undefined || expected === '') this.refuse(user);
    this.accept(user);
  }

  withDigest(user: string, digest: Uint8Array): void {
    this.require(Auth.MD5);
    const { challenge } = this;
    this.challenge = undefined; // each one serves once
    const expected = this.view.passwordOf(user);
    const isRight = isLoginDigest(digest, expected ?? 'nobody', challenge ?? new Uint8Array(CHALLENGE_BYTES));
    if (!isRight || expected === undefined || challenge === undefined) this.refuse(user);
    this.accept(user);
  }

  private accept(name: string, hasPassword = true): void {
    this.hasPassword = hasPassword;
    this.loggedIn = { name };
    this.view.loggedIn(this.loggedIn);
  }

  private refuse(user: string): never {
    this.refusals++;
    throw new RequestFailure(ErrorCode.NOT_AUTHORIZED, `user ${user} gave the wrong password or may not log in here`);
  }
}

function hash(text: string): Uint8Array {
  return createHash('sha256').update(encodeByteString(text)).digest();
}
