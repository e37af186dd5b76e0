import { openConnection, type OpenOrder } from '../connection/open';
import { CLUSTER_EXTENSIONS, ExtensionClass } from '../connection/extensions';
import type { NdmpConnection } from '../connection/model';
import type { HostFacts } from '../servers/identity';
import type { Sighting } from '../servers/recognition';
import { structs, text, wide } from '../services/fields';
import { Questions } from './questions';
import { productOf } from './report';

const MOST = 100_000;

/**
 * What tells a server from others. A cluster shows all of its volumes only to who has selected Cluster Aware Backup: where
 * this connection has not, another one is opened for a moment.
 */
export async function sightingOf(connection: NdmpConnection, host: HostFacts, order: OpenOrder): Promise<Sighting> {
  if (connection.version < 4 || (order.extensions?.length ?? 0) > 0) return look(connection, host);
  const address = { host: connection.address, addresses: [], port: connection.port };
  const tls = order.definition.tls && {
    ...order.definition.tls,
    serverName: order.definition.tls.serverName ?? order.definition.host,
  };
  const definition = { ...order.definition, ...address, tls };
  const probe = await openConnection({
    ...order,
    definition,
    role: 'identity',
    extensions: CLUSTER_EXTENSIONS,
    identify: undefined,
  });
  try {
    return await look(probe, host);
  } finally {
    await probe.close();
  }
}

async function look(connection: NdmpConnection, host: HostFacts): Promise<Sighting> {
  const questions = new Questions(connection);
  const { version, introduction } = connection;
  const told = version > 2 ? (introduction?.product ?? (await productOf(questions))) : undefined;
  const { fs_info: list } = version > 2 ? await questions.ask('NDMP_CONFIG_GET_FS_INFO') : {};
  const offered = introduction?.offered ?? [];
  return {
    host,
    vendor: told?.vendor ?? '',
    product: told?.product ?? '',
    isCluster: offered.some((offer) => offer.class === ExtensionClass.CAB),
    volumes: structs(list)
      .slice(0, MOST)
      .map((each) => `${text(each.fs_logical_device)} ${wide(each.total_size)}`),
  };
}
