import type { Lab } from './lab';
import { LAB_PROFILE } from './profile';
import type { LabStatus } from './status';
import { textTable } from './textTable';

interface Place {
  to: string;
  address: string;
  users: string;
  seen: string;
}

const OF_A_NODE = "that node's volumes, drives and changer";

/** How to point a backup application at the lab, with lines to copy. Passwords are named by their command, not shown. */
export function howToConnect(lab: Lab): string[] {
  const status = lab.status();
  const [first, { name: second }] = status.nodes;
  const cluster = addressOf(status, 'cluster_mgmt');
  const node = addressOf(status, `${first.name}_mgmt`);
  const data = status.lifs.find(({ type }) => type === 'data');
  const admin = status.scope === 'svm' ? 'backup' : 'root';
  const ndmpLab = `${lab.program} lab${lab.folder.isUsual ? '' : ` --folder ${quoted(lab.folder.path)}`}`;
  const command = `${ndmpLab} password`;
  const volume = status.volumes.find((each) => each.node === first.name)?.path ?? '';
  const places: Place[] =
    status.scope === 'svm'
      ? [
          {
            to: 'cluster-management LIF',
            address: cluster,
            users: 'admin, backup',
            seen: 'with CAB the whole cluster; without, the volumes of one node and no tapes',
          },
          { to: `node-management LIF of ${first.name}`, address: node, users: 'admin, backup', seen: OF_A_NODE },
          {
            to: `data LIF of ${data?.svm ?? ''}`,
            address: data?.addresses[0] ?? '',
            users: 'vsadmin, vsadmin-backup',
            seen: 'the volumes of this SVM alone, and no tapes',
          },
        ]
      : [{ to: `any LIF of ${first.name}`, address: node, users: 'root', seen: OF_A_NODE }];
  const tls = status.lifs
    .find(({ name }) => name === `${first.name}_mgmt`)
    ?.addresses.find((each) => each.endsWith('(TLS)'));
  return [
    'Everything here is simulated: no answer of this lab is evidence of what ONTAP does.',
    '',
    `Affinity is told by the pair ${LAB_PROFILE.affinityKey}, a name of this lab's own.`,
    '',
    'Everything that it tells about itself, and its volumes and drives for jobs (ndmp backup --help):',
    `  export NDMP_PASSWORD=$(${command} ${admin})`,
    `  ${lab.program} query ${status.scope === 'svm' ? status.cluster : first.name} --servers ${quoted(lab.folder.servers)}`,
    '',
    "With Amanda's ndmjob, a backup and a restore on one node:",
    `  P=$(${command} ${admin})`,
    `  A=${node}/4m,${admin},$P; J=/usr/lib/amanda/ndmjob`,
    '  $J -v -o init-labels -T $A -f nrst0a -R $A -r mc0 -m LAB001@1024',
    `  $J -v -c -B dump -D $A -f nrst0a -R $A -r mc0 -m LAB001@1024 -C ${volume} -I index`,
    `  $J -v -x -B dump -D $A -f nrst0a -R $A -r mc0 -J index -C ${volume}/restored`,
    '',
    'While it runs:',
    ...textTable([
      [`  ${ndmpLab} status`, 'what is where'],
      [`  ${ndmpLab} move-volume ${volume} ${second}`, 'to the same drive its next CAB backup is three-way'],
      ...(status.debugLog === undefined
        ? []
        : [[`  ${lab.program} decode ${quoted(status.debugLog)}`, 'what is said, from the debug log']]),
      [`  ${lab.program} lab --help`, 'everything else'],
    ]),
    '',
    ...placesTable(places),
    ...(tls === undefined ? [] : ['', `With TLS from the first byte: ${tls}; the others by ${lab.program} lab status`]),
    '',
    `Volumes: ${status.volumes.map(({ path }) => path).join(' ')}`,
    `Drives: ${status.drives.map(({ device, node: on }) => `${device} (${on})`).join(', ')}; changer mc0 (${first.name})`,
    `Login by ${lab.hasPlaintext ? 'MD5 or in plain text' : 'MD5 (challenge)'}, NDMPv${lab.versions.join(', v')}. A password: ${command} ${admin}`,
  ];
}

/** What is seen stands on a line of its own, so that nothing is wider than a terminal of 80 columns. */
function placesTable(places: readonly Place[]): string[] {
  const [head, ...rows] = textTable([
    ['connect to', 'address', 'user, and below what is seen'],
    ...places.map(({ to, address, users }) => [to, address, users]),
  ]);
  return [head, ...rows.flatMap((row, at) => [row, `  ${places[at].seen}`])];
}

function addressOf({ lifs }: LabStatus, name: string): string {
  return lifs.find((lif) => lif.name === name)?.addresses[0] ?? '';
}

function quoted(text: string): string {
  return /^[\w/.:~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
