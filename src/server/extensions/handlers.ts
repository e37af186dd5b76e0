import { refuse } from '../failure';
import { serve, type HandlerEntry } from '../session/handler';

/** Cluster Aware Backup. */
const CAB = 0x2052;

/** The agreement on extensions, and the messages of those that the server knows. */
export const extensionsHandlers: readonly HandlerEntry[] = [
  serve('NDMP_CONFIG_GET_EXT_LIST', ({ extensions, view }) => {
    extensions.ask();
    return { class_list: view.extensions().map(({ classId, versions }) => ({ class_id: classId, versions })) };
  }),

  serve('NDMP_CONFIG_SET_EXT_LIST', ({ extensions, view }, { selected }) => {
    const wanted = selected.map(({ class_id, version }) => ({ classId: class_id, version }));
    extensions.select(wanted, view.extensions());
    view.select(wanted);
  }),

  serve('NDMP_CAB_DATA_CONN_PREPARE', ({ extensions, view }, { addr_type, bu_type, env }) => {
    extensions.use(CAB);
    if (!view.prepare) refuse('NOT_SUPPORTED', 'this server prepares no data connections');
    view.prepare({ addressType: addr_type, backupType: bu_type, environment: env });
  }),
];
