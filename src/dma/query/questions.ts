import type { BodyValue, MessageName } from '../../protocol';
import { NO_ANSWER } from '../connection/extensions';
import { ConnectionLost, NdmpFailure, RequestTimedOut } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';

/** Asks what a server may refuse: an answer is a body, no answer an empty one that is noted. */
export class Questions {
  readonly refused: { request: string; error: string }[] = [];

  constructor(readonly connection: NdmpConnection) {}

  /** @throws ConnectionLost */
  async ask(request: MessageName, body: BodyValue = {}): Promise<BodyValue> {
    try {
      const { error, body: answer } = await this.connection.ask(request, body);
      if (error === 'NO_ERR') return answer as BodyValue;
      this.refused.push({ request, error });
    } catch (problem) {
      if (problem instanceof ConnectionLost) throw problem;
      if (problem instanceof RequestTimedOut) this.refused.push({ request, error: NO_ANSWER });
      else if (problem instanceof NdmpFailure) this.refused.push({ request, error: problem.error });
      else throw problem;
    }
    return {};
  }
}
