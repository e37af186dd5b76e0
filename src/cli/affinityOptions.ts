import { InvalidArgumentError, Option } from 'commander';
import {
  LIF_TYPES,
  type AffinityAnswer,
  type AffinitySettings,
  type LifType,
  type NodeView,
  type UserRole,
  type WhatIf,
} from '../analysis/affinity';
import { Failure } from './failure';

/** `--lif 192.0.2.50=cluster-management`, with `@A` where the node that hosts it is known, `/vs1` for its SVM. */
export interface LifOption {
  address: string;
  type: LifType;
  node: string | undefined;
  svm: string | undefined;
}

/** What is to be supposed, as the command line has it: nodes by name. */
export type WhatIfOption = Omit<WhatIf, 'lifNode' | 'volumeNode'> & { node?: string; volumeNode?: string };

const LIF = /^([^=]+)=([a-z-]+)(?:@([^/]+))?(?:\/(.+))?$/;
const SHORT: Readonly<Record<string, LifType>> = {
  'node-mgmt': 'node-management',
  'cluster-mgmt': 'cluster-management',
};

export function lifOption(): Option {
  return new Option('--lif <address=type>', 'type of the LIF at an address, which no message tells; may be repeated')
    .argParser((value: string, before: LifOption[]) => [...before, parseLif(value)])
    .default([], 'none');
}

export function keyOption(): Option {
  return new Option(
    '--affinity-key <name>',
    'name of a pair that carries affinity, beside those with "affin" in their name; may be repeated',
  )
    .argParser((value: string, before: string[]) => [...before, value])
    .default([], 'none');
}

export function whatIfOption(): Option {
  return new Option(
    '--what-if <list>',
    'suppose another way to connect: lif=TYPE, cab=on|off, role=cluster|svm, node=NODE (hosts the LIF), svm=NAME, volume-node=NODE',
  ).argParser(parseWhatIf);
}

function parseLif(value: string): LifOption {
  const [, address, name, node, svm] = LIF.exec(value) ?? [];
  if (address === undefined) throw new InvalidArgumentError('Write it as 192.0.2.50=cluster-management.');
  return { address: address.replace(/^\[|\]$/g, ''), type: lifType(name), node, svm };
}

function lifType(name: string): LifType {
  const type = SHORT[name] ?? LIF_TYPES.find((each) => each === name);
  if (type === undefined) throw new InvalidArgumentError(`LIF types are ${LIF_TYPES.join(', ')}.`);
  return type;
}

function parseWhatIf(value: string): WhatIfOption {
  const option: WhatIfOption = {};
  for (const part of value.split(',')) {
    const [name, given = ''] = part.split(/=(.*)/s);
    switch (name.trim()) {
      case 'lif':
        option.lif = lifType(given);
        break;
      case 'cab':
        option.cab = oneOf(given, ['on', 'off']) === 'on';
        break;
      case 'role':
        option.role = oneOf(given, ['cluster', 'svm']) as UserRole;
        break;
      case 'node':
        option.node = given;
        break;
      case 'volume-node':
        option.volumeNode = given;
        break;
      case 'svm':
        option.svm = given;
        break;
      default:
        throw new InvalidArgumentError('Known are lif, cab, role, node, svm, volume-node, as in lif=data,cab=off.');
    }
  }
  return option;
}

function oneOf(given: string, choices: readonly string[]): string {
  if (choices.includes(given)) return given;
  throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
}

/** Settings of the options; nodes are looked up in an answer that was given without them. */
export function settingsOf(
  lifs: readonly LifOption[],
  keys: readonly string[],
  more: Pick<AffinitySettings, 'role' | 'scope'>,
  answer: Pick<AffinityAnswer, 'nodes'>,
): AffinitySettings {
  const entries = lifs.map(({ address, type, node, svm }): [string, AffinitySettings['lifs'][string]] => [
    address,
    { type, node: node === undefined ? undefined : nodeNamed(node, answer.nodes), svm },
  ]);
  return { lifs: Object.fromEntries(entries), keys: [...keys], ...more };
}

/** What is to be supposed, with the keys of nodes. */
export function whatIfOf(
  option: WhatIfOption | undefined,
  { nodes }: Pick<AffinityAnswer, 'nodes'>,
): WhatIf | undefined {
  if (option === undefined) return undefined;
  const { node, volumeNode, ...rest } = option;
  return {
    ...rest,
    lifNode: node === undefined ? undefined : nodeNamed(node, nodes),
    volumeNode: volumeNode === undefined ? undefined : nodeNamed(volumeNode, nodes),
  };
}

/** The key of a node by its letter, its title, or the value of its affinity. */
function nodeNamed(name: string, nodes: readonly NodeView[]): string {
  const keyed = nodes.filter(({ key }) => key !== undefined);
  const found = keyed.find(
    ({ key, title }) =>
      title === name || title === `Node ${name}` || title.startsWith(`${name} `) || key?.endsWith(`=${name}`),
  );
  if (found?.key !== undefined) return found.key;
  const known = keyed.map(({ title, affinity }) => `${title} (${affinity})`).join(', ');
  throw new Failure(
    `There is no node ${JSON.stringify(name)}; nodes are told by affinity: ${known || 'none is given here'}.`,
    2,
  );
}
