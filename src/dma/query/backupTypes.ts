import { bodyToJson, findCode, type BodyValue } from '../../protocol';
import { structs, text, variables } from '../services/fields';
import type { BackupType } from './model';
import type { Questions } from './questions';

const MOST = 1000;
/** v2 tells attributes of types whose names one has to know (protocol facts 7.9). */
const TYPES_OF_V2 = ['dump', 'tar', 'cpio', 'gtar', 'vbb', 'image', 'smtape', 'zfs'];

/** The backup types of a v3 or v4 server; one that is listed twice counts once (protocol facts 10.26). */
export async function backupTypesOf(questions: Questions): Promise<BackupType[]> {
  const request = 'NDMP_CONFIG_GET_BUTYPE_INFO';
  const body = await questions.ask(request);
  const names = attributeNames(questions, request, body);
  const found = new Map<string, BackupType>();
  for (const [n, { butype_name, default_env }] of structs(body.butype_info).slice(0, MOST).entries()) {
    const name = text(butype_name);
    const defaults = variables(default_env);
    const known = found.get(name);
    if (!known) found.set(name, { name, attributes: names[n] ?? [], defaults });
    else found.set(name, { ...known, defaults: known.defaults.length > 0 ? known.defaults : defaults });
  }
  return [...found.values()];
}

/** The types that a v2 server knows, by asking for each that is in use; its attributes say what it cannot do. */
export async function backupTypesV2(questions: Questions): Promise<BackupType[]> {
  const request = 'NDMP_CONFIG_GET_BUTYPE_ATTR';
  const types: BackupType[] = [];
  for (const name of TYPES_OF_V2) {
    const { error, body } = await questions.connection.ask(request, { name });
    if (error === 'NOT_SUPPORTED') {
      questions.refused.push({ request, error });
      break;
    }
    if (error !== 'NO_ERR') continue;
    const { attrs } = jsonOf(questions, request, body);
    types.push({ name, attributes: listOfNames(attrs), defaults: [] });
  }
  return types;
}

function attributeNames(questions: Questions, request: string, body: BodyValue): string[][] {
  const { butype_info: types } = jsonOf(questions, request, body);
  if (!Array.isArray(types)) return [];
  return types.map((type) =>
    typeof type === 'object' && type !== null && 'attrs' in type ? listOfNames(type.attrs) : [],
  );
}

function jsonOf({ connection: { version } }: Questions, request: string, body: BodyValue) {
  return bodyToJson(body, { code: findCode(request) ?? 0, kind: 'reply', version, headerError: 0 });
}

function listOfNames(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
