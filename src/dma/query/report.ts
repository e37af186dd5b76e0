import { addressTypeName } from '../../protocol';

import type { NdmpConnection, ProductFacts } from '../connection/model';
import { identityOf, type HostFacts } from '../servers/identity';
import type { ServerDefinition } from '../servers/model';
import { knownWide, narrow, structs, text, variables } from '../services/fields';
import { backupTypesOf, backupTypesV2 } from './backupTypes';
import type { DeviceEntry, FileSystem, ServerReport, Variable } from './model';
import { Questions } from './questions';

/** Lists of a server are read no further than this. */
const MOST = 100_000;
/** Bits of sizes that are not known (NDMPv4 draft, section 3.2.7). */
const NO_TOTAL = 0x01;
const NO_USED = 0x02;
/** The name that ONTAP gives the variable is not publicly documented: whatever speaks of affinity is taken for it. */
const AFFINITY = /affin/i;

/**
 * Asks a server everything it tells about itself. What it refuses, or passes over, is empty in the report and said in
 * `refused`; what it cannot tell in v2 comes from the user's own description.
 * @throws ConnectionLost when the connection breaks
 */
export async function reportOf(connection: NdmpConnection, definition: ServerDefinition): Promise<ServerReport> {
  const { introduction, version } = connection;
  const questions = new Questions(connection);
  const facts = introduction?.host ?? (await hostOf(questions));
  const product = version > 2 ? (introduction?.product ?? (await productOf(questions))) : NO_PRODUCT;
  const connectionTypes = await questions.ask('NDMP_CONFIG_GET_CONNECTION_TYPE');
  const backupTypes = version > 2 ? await backupTypesOf(questions) : await backupTypesV2(questions);
  const fileSystems = version > 2 ? (await questions.ask('NDMP_CONFIG_GET_FS_INFO')).fs_info : undefined;
  const tapes = version > 2 ? (await questions.ask('NDMP_CONFIG_GET_TAPE_INFO')).tape_info : undefined;
  const changers = version > 2 ? (await questions.ask('NDMP_CONFIG_GET_SCSI_INFO')).scsi_info : undefined;
  return {
    server: definition.name,
    address: connection.address,
    port: connection.port,
    tls: introduction?.tls ?? definition.tls !== undefined,
    version,
    ...facts,
    ...product,
    authTypes: introduction?.authTypes ?? [],
    connectionTypes: typeNames(connectionTypes.addr_types),
    backupTypes,
    fileSystems: completed(
      structs(fileSystems).slice(0, MOST).map(fileSystem),
      definition.filesystems,
      namedFileSystem,
    ),
    tapes: completed(devices(tapes), definition.tapes, namedDevice),
    changers: completed(devices(changers), definition.changers, namedDevice),
    extensions: introduction?.offered ?? [],
    inForce: [...connection.extensions].map(([id, of]) => ({ class: id, version: of })),
    refused: [...(introduction?.refused ?? []), ...questions.refused],
    identity: introduction?.identity ?? identityOf(facts),
  };
}

const NO_PRODUCT: ProductFacts = { vendor: '', product: '', revision: '' };

async function hostOf(questions: Questions): Promise<HostFacts> {
  const { hostname, hostid, os_type, os_vers } = await questions.ask('NDMP_CONFIG_GET_HOST_INFO');
  return { hostname: text(hostname), hostId: text(hostid), osType: text(os_type), osVersion: text(os_vers) };
}

/** Whose server it is. */
export async function productOf(questions: Questions): Promise<ProductFacts> {
  const { vendor_name, product_name, revision_number } = await questions.ask('NDMP_CONFIG_GET_SERVER_INFO');
  return { vendor: text(vendor_name), product: text(product_name), revision: text(revision_number) };
}

/** LOCAL, TCP, TCP_IPV6, FC, IPC; others by number. */
function typeNames(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return [...new Set(value.slice(0, MOST).filter((each): each is number => typeof each === 'number'))].map((type) =>
    addressTypeName(type).replace('TCP/IPv6', 'TCP_IPV6'),
  );
}

type Fields = ReturnType<typeof structs>[number];

function fileSystem(fields: Fields): FileSystem {
  const environment = variables(fields.fs_env);
  const unknown = narrow(fields.unsupported ?? fields.invalid);
  return {
    type: text(fields.fs_type),
    name: text(fields.fs_logical_device),
    physicalDevice: text(fields.fs_physical_device),
    status: text(fields.fs_status),
    totalSize: (unknown & NO_TOTAL) === 0 ? knownWide(fields.total_size) : undefined,
    usedSize: (unknown & NO_USED) === 0 ? knownWide(fields.used_size) : undefined,
    environment,
    affinity: affinityIn(environment),
  };
}

/** Devices of a model are listed together; each is one to open. */
function devices(value: Parameters<typeof structs>[0]): DeviceEntry[] {
  return structs(value)
    .slice(0, MOST)
    .flatMap(({ model, caplist }) =>
      structs(caplist).map(({ device, attr, capability }) => {
        const capabilities = variables(capability);
        const name = { model: text(model), device: text(device), attributes: narrow(attr) };
        return { ...name, capabilities, affinity: affinityIn(capabilities) };
      }),
    )
    .slice(0, MOST);
}

function affinityIn(pairs: readonly Variable[]): string | undefined {
  return pairs.find(({ name, value }) => value !== '' && AFFINITY.test(name))?.value;
}

/** What the server lists, and behind it what the user named and it does not. */
function completed<T extends { name: string } | { device: string }>(
  listed: readonly T[],
  named: readonly string[],
  make: (name: string) => T,
): T[] {
  const known = new Set(listed.map((each) => ('name' in each ? each.name : each.device)));
  return [...listed, ...named.filter((name) => !known.has(name)).map(make)];
}

function namedFileSystem(name: string): FileSystem {
  const unknown = { totalSize: undefined, usedSize: undefined, environment: [], affinity: undefined };
  return { type: '', name, physicalDevice: '', status: '', ...unknown };
}

function namedDevice(device: string): DeviceEntry {
  return { model: '', device, attributes: 0, capabilities: [], affinity: undefined };
}
