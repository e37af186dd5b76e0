/** Why a lab did not start, in a sentence with what to do. */
export function whyNotStarted(error: unknown): string {
  const { code, message, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  switch (code) {
    case 'EADDRINUSE':
      return `Another program listens at ${address ?? ''}:${port ?? ''}: choose another port for the lab.`;
    case 'EACCES':
      return `The lab may not use what it needs: ${message}. Ports below 1024 are for administrators; choose another port or folder.`;
    default:
      return `The lab cannot start: ${error instanceof Error ? message : String(error)}`;
  }
}
