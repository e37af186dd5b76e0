/** What the user chooses from when a tap is started, and the options of `ndmp tap` that it means. */
export interface StartChoice {
  label: string;
  detail: string;
  options: readonly string[];
}

/** Encryption of the two hops. */
export const TLS_CHOICES: readonly (StartChoice & { isSecure: boolean; asksTrust: boolean })[] = [
  {
    label: 'As it comes',
    detail: 'Plain NDMP; TLS passes unopened and can be read later with its key log',
    options: [],
    isSecure: false,
    asksTrust: false,
  },
  {
    label: 'TLS on both sides',
    detail: 'The tap opens it, with a certificate that it makes, and encrypts again towards the server',
    options: ['--target-tls'],
    isSecure: true,
    asksTrust: true,
  },
  {
    label: 'TLS towards the server alone',
    detail: 'The backup application speaks plainly with the tap',
    options: ['--target-tls'],
    isSecure: false,
    asksTrust: true,
  },
  {
    label: 'TLS towards the backup application alone',
    detail: 'The tap speaks plainly with the server',
    options: [],
    isSecure: true,
    asksTrust: false,
  },
];

/** What makes the server's certificate right. */
export const TRUST_CHOICES: readonly (StartChoice & { asksFile: boolean })[] = [
  { label: 'Usual authorities', detail: 'Its certificate is checked', options: [], asksFile: false },
  {
    label: 'Authorities of a file…',
    detail: 'Its certificate is checked with those of a PEM file',
    options: ['--target-ca'],
    asksFile: true,
  },
  {
    label: 'Any certificate',
    detail: 'Nothing is checked: anybody could stand between the tap and the server',
    options: ['--target-insecure'],
    asksFile: false,
  },
];

/** Which connections pass the tap. */
export const LED_CHOICES: readonly StartChoice[] = [
  { label: 'Control connections', detail: 'Data connections go their own way; nothing is rewritten', options: [] },
  {
    label: 'Control and data connections',
    detail: 'Addresses that travel in messages are rewritten, so that data connections pass the tap too',
    options: ['--rewrite-addresses'],
  },
];
