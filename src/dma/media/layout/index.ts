export { decodeHeader, decodeLabel, decodeTrailer, encodeHeader, encodeLabel, encodeTrailer } from './contents';
export { BadField } from './fields';
export { FILES_OF_PART, LEAST_RECORD_SIZE, type PartHeader, type PartState, type PartTrailer } from './model';
export { decodeRecord, encodeRecords } from './record';
export { readContent, readRecord, writeRecord, writeRecords, type Found } from './transfer';
