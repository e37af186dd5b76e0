import { cabGroup } from './groups/cab';
import { deviceGroup } from './groups/devices';
import { encodingGroup } from './groups/encodings';
import { flowGroup } from './groups/flow';
import { messageGroup } from './groups/messages';
import { moverGroup } from './groups/mover';
import { operationGroup } from './groups/operations';
import { replyGroup } from './groups/replies';
import { sessionGroup } from './groups/session';
import { stateGroup } from './groups/states';
import { timingGroup } from './groups/timing';
import { transportGroup } from './groups/transport';
import type { RuleGroup } from './group';
import type { Rule } from './model';

/** All rules, in the order in which they are looked at: what explains a message keeps later groups from repeating it. */
export const ruleGroups: readonly RuleGroup[] = [
  encodingGroup,
  stateGroup,
  cabGroup,
  deviceGroup,
  moverGroup,
  sessionGroup,
  messageGroup,
  operationGroup,
  replyGroup,
  flowGroup,
  timingGroup,
  transportGroup,
];

export const rules: readonly Rule[] = ruleGroups.flatMap((group) => group.rules);

const byId = new Map(rules.map((rule) => [rule.id, rule]));

export function findRule(id: string): Rule | undefined {
  return byId.get(id);
}
