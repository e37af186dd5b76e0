export * from './model';
export { parseAddressBytes } from './addressBytes';
export type { BodyOf, MessageName } from './bodyTypes';
export { maskNames } from './interpret/mask';
export { describeCdb, describeSense, scsiStatusText, senseCodes } from './cdb';
export { bodyToJson, type JsonObject, type JsonValue } from './bodyToJson';
export { decodeEnds, decodeMessage, decodeProper, fitsVersion } from './decodeMessage';
export { encodeBody, encodeMessage, layoutOfValue } from './encodeMessage';
export { filledBody } from './emptyValue';
export { ErrorCode } from './errorCodes';
export { errorDoc, errorName } from './errors';
export { decodeHeader, encodeHeader } from './header';
export {
  allMessages,
  bodyErrorOffset,
  findCode,
  findMessage,
  interfaceOf,
  isAnswered,
  isKnownCode,
  isPostCode,
  layoutsOf,
  messageName,
} from './registry';
export { nearestNames } from './nearest';
export type {
  BodyValue,
  EnumTable,
  EnumType,
  EnumValue,
  Fields,
  MaskType,
  StructType,
  UnionType,
  Value,
  ValueOf,
  XdrType,
} from './schema';
export { clip, escapeText, hexText, ipv4Text, ipv6Text, jsonText } from './text';
export { decodeTree, expandField, type FieldNode } from './tree';
export * from './states';
export { stateDoc } from './stateDocs';
export { classPurpose, vendorOfClass } from './vendors';
export * from './cluster/lifTables';
export { addressTypeName, isLocalType, isNetworkType, numberOfType } from './cluster/addressTypes';
