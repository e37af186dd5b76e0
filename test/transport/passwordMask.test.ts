import assert from 'node:assert/strict';
import {
  decodeHeader,
  decodeProper,
  encodeMessage,
  findCode,
  type BodyValue,
  type MessageName,
} from '../../src/protocol';
import { isSecretVariable } from '../../src/protocol/secretVariables';
import { withoutSecrets } from '../../src/transport/passwordMask';

const SECRET = 'very-secret-value';
const env = [
  { name: 'FILESYSTEM', value: '/vol/keys' },
  { name: 'ARCHIVE_PASSWORD', value: SECRET },
];
type Kind = 'request' | 'reply';

describe('transport: what a recording keeps of secret variables', () => {
  const messages: [MessageName, 2 | 3 | 4, Kind, BodyValue][] = [
    ['NDMP_DATA_START_BACKUP', 2, 'request', { mover: { type: 0 }, bu_type: 'tar', env }],
    ['NDMP_DATA_START_BACKUP', 3, 'request', { bu_type: 'tar', env }],
    ['NDMP_DATA_START_BACKUP', 4, 'request', { bu_type: 'tar', env }],
    ['NDMP_DATA_START_RECOVER', 4, 'request', { env, nlist: [], bu_type: 'tar' }],
    ['NDMP_DATA_START_RECOVER_FILEHIST', 4, 'request', { env, nlist: [], bu_type: 'tar' }],
    ['NDMP_CAB_DATA_CONN_PREPARE', 4, 'request', { addr_type: 1, bu_type: 'dump', env }],
    ['NDMP_DATA_GET_ENV', 3, 'reply', { error: 0, env }],
    ['NDMP_DATA_GET_ENV', 4, 'reply', { error: 0, env }],
  ];
  for (const [name, version, kind, body] of messages)
    it(`masks them in the ${kind} ${name} of v${version}, and nothing else`, () => {
      const payload = made(name, version, kind, body);
      assert.ok(Buffer.from(payload).includes(SECRET));
      const kept = withoutSecrets(payload, decodeHeader(payload), version);
      assert.ok(!Buffer.from(kept).includes(SECRET));
      const context = { code: codeOf(name), kind, version, headerError: 0 };
      const masked = env.map((each) => (each.value === SECRET ? { ...each, value: 'xxxxxxxx' } : each));
      assert.deepEqual(decodeProper(kept, context), { ...decodeProper(payload, context), env: masked });
      assert.deepEqual(decodeHeader(kept), decodeHeader(payload));
    });

  it('gives a message without secrets back as it is', () => {
    const plain = made('NDMP_DATA_START_BACKUP', 4, 'request', { bu_type: 'tar', env: env.slice(0, 1) });
    assert.equal(withoutSecrets(plain, decodeHeader(plain), 4), plain);
  });

  it('keeps the header alone of one that is cut and could hold a secret', () => {
    const cut = made('NDMP_DATA_START_BACKUP', 4, 'request', { bu_type: 'tar', env }).subarray(0, -4);
    assert.equal(withoutSecrets(cut, decodeHeader(cut), 4).length, 24);
    const harmless = made('NDMP_DATA_START_BACKUP', 4, 'request', { bu_type: 'tar', env: [{ name: 'A', value: 'b' }] });
    assert.equal(withoutSecrets(harmless.subarray(0, -4), decodeHeader(harmless), 4).length, harmless.length - 4);
  });
});

describe('protocol: variables that hold secrets', () => {
  it('are known by their names', () => {
    for (const name of [
      'PASSWORD',
      'password',
      'DB_PASSWD',
      'CLIENT_SECRET',
      'ENCRYPTION_KEY',
      'KEY',
      'API_TOKEN',
      'PIN',
      'USER_PWD',
    ])
      assert.ok(isSecretVariable(name), name);
  });

  it('are none of those that servers document', () => {
    const names =
      'FILESYSTEM PREFIX HIST TYPE LEVEL UPDATE EXCLUDE EXTRACT DIRECT RECURSIVE BASE_DATE DUMP_DATE PATHNAME_SEPARATOR NDMP_VERSION SMTAPE_SNAPSHOT_NAME SMTAPE_DELETE_SNAPSHOT ENHANCED_DAR_ENABLED MULTI_SUBTREE_NAMES NDMP_UNICODE_FH NO_ACLS NON_QUOTA_TREE EXTRACT_ACL SINGLE_FILE USER FILES DMA_NAME RESTARTABLE';
    for (const name of names.split(' ')) assert.ok(!isSecretVariable(name), name);
  });
});

function codeOf(name: MessageName): number {
  return findCode(name) ?? assert.fail(name);
}

function made(name: MessageName, version: 2 | 3 | 4, kind: Kind, body: BodyValue): Uint8Array {
  const code = codeOf(name);
  const messageType = kind === 'request' ? 0 : 1;
  const header = { sequence: 7, timeStamp: 1, messageType, code, replySequence: messageType, error: 0 };
  return encodeMessage(header, body, { code, kind, version, headerError: 0 });
}
