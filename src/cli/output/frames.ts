import type { CaptureInfo } from '../../session/messageIndex';

/** What the numbers called frames count: packets of a capture, lines of a log. */
export function frameWord({ format }: CaptureInfo): 'packet' | 'line' {
  return format === 'ontap-log' || format === 'ndmjob-log' ? 'line' : 'packet';
}
