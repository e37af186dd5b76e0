/**
 * The tools that a language model in the editor may call: what package.json says of them. Their answers are in this folder;
 * a tool without one does not compile. They only read what is open.
 */
export interface ToolDeclaration {
  /** For people, in the list of tools. */
  displayName: string;
  /** The word after `#` in a prompt. */
  reference: string;
  userDescription: string;
  /** For the model: when to use it, what comes back. */
  modelDescription: string;
  properties: Record<string, ToolProperty>;
  required?: readonly string[];
}

interface ToolProperty {
  type: 'string' | 'integer';
  description: string;
  enum?: readonly string[];
}

const capture: ToolProperty = {
  type: 'string',
  description: 'File name or path of an open capture; the one in front when left out.',
};
const n = (description: string): ToolProperty => ({ type: 'integer', description });

export const tools = {
  ndmp_list_captures: {
    displayName: 'List NDMP Captures',
    reference: 'ndmpCaptures',
    userDescription: 'Lists the NDMP captures that are open in the editor.',
    modelDescription:
      'Lists the NDMP (Network Data Management Protocol, backup of filers) captures that are open in the editor: file, counts of messages and errors, connections with their roles. Call it first.',
    properties: {},
  },
  ndmp_list_jobs: {
    displayName: 'List NDMP Jobs',
    reference: 'ndmpJobs',
    userDescription: 'Lists the backup and restore jobs in an open NDMP capture.',
    modelDescription:
      'Lists the jobs (backups, restores, sessions) found in an open NDMP capture: what was backed up, local or three-way and why, result and why, message numbers where it starts and ends.',
    properties: { capture },
  },
  ndmp_query_messages: {
    displayName: 'Query NDMP Messages',
    reference: 'ndmpMessages',
    userDescription: 'Finds messages in an open NDMP capture with a filter.',
    modelDescription:
      'Finds messages in an open NDMP capture with a display filter, as: message contains "MOVER" && error != 0; latency > 1s; kind == post; connection == 1; body.env.FILESYSTEM == "/vol/vol1". An empty filter gives all. The answer has one line a message (number, seconds, connection, name, kind, result, latency, summary) and where to go on.',
    properties: {
      capture,
      filter: { type: 'string', description: 'Display filter; all messages when left out.' },
      from: n('First message number to look at, from 1.'),
      limit: n('Most messages in the answer: 50 when left out, at most 200.'),
    },
  },
  ndmp_read_message: {
    displayName: 'Read NDMP Message',
    reference: 'ndmpMessage',
    userDescription: 'Reads all fields of one message of an open NDMP capture.',
    modelDescription:
      'Reads one message of an open NDMP capture by its number: header, every field of the body, what the message and its error mean, and the number of the reply or request that belongs to it.',
    properties: { capture, n: n('Message number, from 1.') },
    required: ['n'],
  },
  ndmp_list_findings: {
    displayName: 'List NDMP Findings',
    reference: 'ndmpFindings',
    userDescription: 'Lists protocol violations, errors and suspicious timing in an open NDMP capture.',
    modelDescription:
      'Lists what is noteworthy in an open NDMP capture: protocol violations, errors, suspicious timing, lost packets. Each with rule, severity, a sentence about the case, the message it is at and related messages; and what each rule means with a pointer to the specification.',
    properties: {
      capture,
      severity: {
        type: 'string',
        enum: ['error', 'warning', 'note'],
        description: 'The mildest that is listed; warning when left out.',
      },
      rule: { type: 'string', description: 'Only findings of the rule with this id.' },
      job: n('Only findings of this job, from 1.'),
    },
  },
  ndmp_explain_job: {
    displayName: 'Explain NDMP Job',
    reference: 'ndmpExplain',
    userDescription:
      'Explains one job of an open NDMP capture: what happened, the first wrong turn, where the time went.',
    modelDescription:
      'Explains one job of an open NDMP capture as Markdown: what was asked, what each side answered, the first wrong turn with its messages, server log texts with their causes, where the time went. Every statement names the messages that show it.',
    properties: { capture, job: n('Number of the job as ndmp_list_jobs gives it, from 1; 1 when left out.') },
  },
} as const satisfies Record<string, ToolDeclaration>;

export type ToolName = keyof typeof tools;

/** As package.json's `contributes.languageModelTools` has it. */
export function toolContributions(): object[] {
  return Object.entries<ToolDeclaration>(tools).map(([name, tool]) => ({
    name,
    displayName: tool.displayName,
    toolReferenceName: tool.reference,
    canBeReferencedInPrompt: true,
    icon: '$(list-flat)',
    tags: ['ndmp', 'capture'],
    userDescription: tool.userDescription,
    modelDescription: tool.modelDescription,
    inputSchema: {
      type: 'object',
      properties: tool.properties,
      ...(tool.required ? { required: tool.required } : {}),
      additionalProperties: false,
    },
  }));
}
