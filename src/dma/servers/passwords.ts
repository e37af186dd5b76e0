import { passwordVariable } from '../connection/login';
import type { PasswordSource } from './model';

/**
 * Passwords out of the environment: NDMP_PASSWORD_<NAME> for a server, else NDMP_PASSWORD.
 * @param given a password that was typed or piped in; it goes for every server without a variable of its own
 */
export function environmentPasswords(
  env: Readonly<Record<string, string | undefined>>,
  given?: () => Promise<string | undefined>,
): PasswordSource {
  return async ({ name }) => present(env[passwordVariable(name)]) ?? (await given?.()) ?? present(env.NDMP_PASSWORD);
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
