export { byteStringLength, decodeByteString, encodeByteString } from './byteString';
export { XdrReader, type XdrNote, type XdrPatch } from './reader';
export { XdrWriter } from './writer';
export { decodeRecordMark, encodeRecord, type RecordMark } from './recordMark';
