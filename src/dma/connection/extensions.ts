import type { BodyValue } from '../../protocol';
import { narrow, structs } from '../services/fields';
import type { LiveConnection } from './live';
import type { ExtensionOffer } from './model';

/** A class and the version of it that is wanted. */
export interface ExtensionChoice {
  class: number;
  version: number;
}

/** Extension classes of NetApp (facts on CAB, section 1.1). */
export const ExtensionClass = { CAE: 0x2051, CAB: 0x2052 } as const;

/** What lets a server tell all it can of places and addresses: Cluster Aware Backup and IPv6 addresses. */
export const CLUSTER_EXTENSIONS: readonly ExtensionChoice[] = [
  { class: ExtensionClass.CAE, version: 1 },
  { class: ExtensionClass.CAB, version: 1 },
];

/** Stands for the error of a request that went unanswered. */
export const NO_ANSWER = 'no answer';

const LIST = 'NDMP_CONFIG_GET_EXT_LIST';
/** A list is read no further than this. */
const MOST = 256;

export interface Negotiated {
  offered: ExtensionOffer[];
  refused: { request: string; error: string }[];
}

/**
 * Asks for the extensions of a v4 server and selects those that are wanted and there (NDMPv4 draft, sections 3.2.9 and
 * 3.2.10): all of them in one request, once. What is in force stands in the connection afterwards.
 * @param hasAnswered whether the server is known not to pass the question over in silence
 */
export async function negotiateExtensions(
  connection: LiveConnection,
  wanted: readonly ExtensionChoice[],
  hasAnswered: boolean,
): Promise<Negotiated> {
  const answer = hasAnswered
    ? await connection.ask(LIST)
    : await connection.askOptional(LIST, 'NDMP_CONFIG_GET_SERVER_INFO');
  if (answer?.error !== 'NO_ERR')
    return { offered: [], refused: [{ request: LIST, error: answer?.error ?? NO_ANSWER }] };
  const offered = offers(answer.body);
  const refused: Negotiated['refused'] = [];
  const selected = wanted.filter((each) =>
    offered.some((offer) => offer.class === each.class && offer.versions.includes(each.version)),
  );
  // after a refusal a smaller choice may follow: what was named last goes first
  for (; selected.length > 0; selected.pop()) {
    const choice = selected.map((each) => ({ class_id: each.class, version: each.version }));
    const { error } = await connection.ask('NDMP_CONFIG_SET_EXT_LIST', { selected: choice });
    if (error === 'NO_ERR') break;
    refused.push({ request: 'NDMP_CONFIG_SET_EXT_LIST', error });
  }
  connection.extensions = new Map(selected.map((each) => [each.class, each.version]));
  return { offered, refused };
}

function offers({ class_list }: BodyValue): ExtensionOffer[] {
  return structs(class_list)
    .slice(0, MOST)
    .map(({ class_id, versions }) => ({
      class: narrow(class_id),
      versions: Array.isArray(versions) ? versions.slice(0, MOST).map(narrow) : [],
    }));
}
