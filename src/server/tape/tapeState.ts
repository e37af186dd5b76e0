import type { BodyValue, NdmpVersion } from '../../protocol';
import type { TapeReport } from './service';

const Flag = { NOREWIND: 0x08, WR_PROT: 0x10, ERROR: 0x20, UNLOAD: 0x40 } as const;
const UNKNOWN_32 = 0xffff_ffff;
const UNKNOWN_64 = 0xffff_ffff_ffff_ffffn;
/** v3 has the number of the partition; there are none here. */
const PARTITION_INVALID = 0x40;

/** The reply to TAPE_GET_STATE (NDMPv4 draft, section 3.4.4): what is not known is all ones and named in the mask. */
export function tapeState(report: TapeReport, version: NdmpVersion): BodyValue {
  const fields = [
    ['file_num', 0x01, report.file],
    ['soft_errors', 0x02, report.softErrors],
    ['block_size', 0x04, report.blockSize],
    ['blockno', 0x08, report.block],
    ['total_space', 0x10, report.total],
    ['space_remain', 0x20, report.remaining],
  ] as const;
  const body: Record<string, number | bigint> = { flags: flagsOf(report), partition: 0 };
  let unknown = version === 3 ? PARTITION_INVALID : 0;
  for (const [name, bit, value] of fields) {
    const wide = bit >= 0x10;
    if (value === undefined) unknown |= bit;
    body[name] = value === undefined ? (wide ? UNKNOWN_64 : UNKNOWN_32) : wide ? BigInt(value) : Number(value);
  }
  return { ...body, invalid: unknown, unsupported: unknown };
}

function flagsOf({ onClose, writeProtected, failed }: TapeReport): number {
  return (
    (onClose === undefined ? Flag.NOREWIND : 0) |
    (writeProtected ? Flag.WR_PROT : 0) |
    (failed ? Flag.ERROR : 0) |
    (onClose === 'unload' ? Flag.UNLOAD : 0)
  );
}
