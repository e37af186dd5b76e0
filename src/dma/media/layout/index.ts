export { decodeHeader, decodeLabel, decodeTrailer, encodeHeader, encodeLabel, encodeTrailer } from './contents';
export { BadField } from './fields';
export { FILES_OF_PART, LEAST_RECORD_SIZE, type PartHeader, type PartState, type PartTrailer } from './model';
export { decodeRecord, encodeRecords } from './record';
export { contentOf, readContent, readPayload, readRecord, writeRecord, writeRecords, type Found } from './transfer';
export { FRAME_HEAD, frameHead, historyLine, type HistoryVersion } from './historyFrames';
export { decodeTree, encodeTree, packEntries, type TreePiece } from './tree';
export type { TreeStyle } from './treeLines';
