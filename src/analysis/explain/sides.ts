import { escapeText } from '../../protocol';
import type { Analysis } from '../analysis';
import type { ConnectionFacts } from '../connections';
import type { Evidence, Job, Party } from '../jobs/model';
import type { Side } from './model';

/** The servers of a job: who they are, what they speak, how the login went. */
export function sidesOf({ connections }: Analysis, job: Job): Side[] {
  return job.parties.map((party) => {
    const facts = party.connections.map((id) => connections[id]).filter((each) => each !== undefined);
    return {
      name: nameOf(party),
      address: party.address,
      facts: party.dma ? [] : facts.flatMap(connectionFacts),
      requests: facts.reduce((sum, { requests }) => sum + requests, 0),
      errors: facts.reduce((sum, { errors }) => sum + errors, 0),
    };
  });
}

function nameOf({ dma, roles, name }: Party): string {
  const role = dma ? 'DMA' : roles.join(', ') || 'server';
  return name === undefined ? role : `${role} ${name}`;
}

function connectionFacts({ connection, authentication, product, firstRow }: ConnectionFacts): Evidence[] {
  const rows = firstRow < 0 ? [] : [firstRow];
  const facts: Evidence[] = [
    { text: `connection ${connection.id + 1}: NDMP version ${connection.version}${versionSource(connection)}`, rows },
  ];
  if (product !== undefined) facts.push({ text: escapeText(product), rows });
  if (authentication !== undefined) {
    const { kind, user, result, refusedBefore } = authentication;
    const before = refusedBefore === 0 ? '' : ` after ${refusedBefore} refused`;
    const who = user === '' ? '' : ` as ${escapeText(user)}`;
    facts.push({ text: `login by ${kind}${who}: ${result}${before}`, rows });
  }
  if (connection.ended !== 'fin')
    facts.push({ text: connection.ended === 'rst' ? 'connection was reset' : 'connection open at the end', rows });
  return facts;
}

function versionSource({ versionSource: source }: ConnectionFacts['connection']): string {
  return source === 'open' ? '' : source === 'user' ? ' (chosen)' : source === 'guess' ? ' (guessed)' : ' (announced)';
}
