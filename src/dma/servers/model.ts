/** How a DMA shows who it is; `auto` takes the strongest that the server offers. */
export type AuthChoice = 'auto' | 'none' | 'text' | 'md5';

export interface TlsSettings {
  /** PEM file of the authorities to trust; without one the server's certificate is pinned at the first use. */
  ca?: string;
  /** Name the certificate must be for; by default the host. */
  serverName?: string;
}

/** Drives of this machine, served by a tape server of our own. */
export interface ThisMachine {
  /** Folder of a virtual tape library. */
  library: string | undefined;
  /** Linux tape devices, such as /dev/nst0. */
  devices: readonly string[];
}

/** A server as the user describes it once (`ndmp.servers`, ndmp-servers.json). Never a password. */
export interface ServerDefinition {
  name: string;
  host: string;
  /** Further addresses of the same server, tried in this order: after a failover the job goes on there. */
  addresses: readonly string[];
  port: number;
  tls: TlsSettings | undefined;
  user: string;
  auth: AuthChoice;
  /** Highest version to speak. */
  version: 2 | 3 | 4;
  /**
   * Addresses and networks (`10.1.0.0/16`) that its data connections may use beside its own addresses: the LIFs of a
   * cluster's nodes. A data connection to any other address is refused.
   */
  dataNetworks: readonly string[];
  /** Drives of this very machine: the server runs in this process as long as a run needs it. */
  thisMachine: ThisMachine | undefined;
  /** What a v2 server cannot tell: its file systems, tape devices, changers. */
  filesystems: readonly string[];
  tapes: readonly string[];
  changers: readonly string[];
  /** Server of the changer that serves its drives, where that is another one. */
  changerServer?: string;
  /** Element address of each drive in its changer by device name, for changers that give no serial numbers. */
  driveElements?: Readonly<Record<string, number>>;
}

export interface ServerBook {
  /** @throws DmaFailure that names the file and the servers that are in it */
  find(name: string): ServerDefinition;
  readonly all: readonly ServerDefinition[];
}

/** Where the password of a server comes from; undefined when there is none to be had. It is kept nowhere. */
export type PasswordSource = (server: ServerDefinition) => Promise<string | undefined>;

/** Certificates that were accepted, by server name and address: SHA-256 fingerprints in hexadecimal. */
export interface PinStore {
  find(server: string, address: string): Promise<string | undefined>;
  /** All that were accepted for a server, at whatever address. */
  known(server: string): Promise<readonly string[]>;
  keep(server: string, address: string, fingerprint: string): Promise<void>;
}
