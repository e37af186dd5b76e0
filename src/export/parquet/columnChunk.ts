import { ByteWriter, type ParquetWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import type { SchemaElement } from 'hyparquet-writer';
import type { ColumnBuffer } from './columnBuffers';

export type RowGroup = ParquetWriter['row_groups'][number];
type ColumnChunk = RowGroup['columns'][number];

/**
 * Writes one column of a row group: a dictionary where the values repeat, and one page (version 2) of values. What the
 * general writer does value by value is done here with whole stretches of bytes.
 */
export function writeColumnChunk(writer: ByteWriter, { name, type }: SchemaElement, column: ColumnBuffer): ColumnChunk {
  if (type === undefined) throw new RangeError(`The column ${name} has no type.`);
  const start = writer.offset;
  const { plain, count, indexes, least, most } = column.values();
  const { defined, rows } = column;
  const values = indexes?.length ?? count;
  let size = 0;
  const dictionaryAt = indexes === undefined ? undefined : BigInt(writer.offset);
  if (indexes !== undefined) size += writeDictionary(writer, plain, count);
  const data = indexes === undefined ? plain : indexPage(indexes, count);
  const levels = new ByteWriter();
  writeRleBitPackedHybrid(levels, defined, 1);
  const compressed = snappyCompress(data);
  const dataAt = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.offset + data.length,
    compressed_page_size: levels.offset + compressed.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: rows - values,
      num_rows: rows,
      encoding: indexes === undefined ? 'PLAIN' : 'RLE_DICTIONARY',
      definition_levels_byte_length: levels.offset,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  size += writer.offset - dataAt + levels.offset + data.length;
  writer.appendBytes(levels.getBytes());
  writer.appendBytes(compressed);
  return {
    meta_data: {
      type,
      encodings: indexes === undefined ? ['PLAIN'] : ['PLAIN', 'RLE_DICTIONARY'],
      path_in_schema: [name],
      codec: 'SNAPPY',
      num_values: BigInt(rows),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(size),
      data_page_offset: BigInt(dataAt),
      dictionary_page_offset: dictionaryAt,
      statistics: { min_value: least, max_value: most, null_count: BigInt(rows - values) },
    },
    file_offset: BigInt(start),
  };
}

/** @returns its size before it is compressed */
function writeDictionary(writer: ByteWriter, plain: Uint8Array, count: number): number {
  const start = writer.offset;
  const compressed = snappyCompress(plain);
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: plain.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
  });
  const header = writer.offset - start;
  writer.appendBytes(compressed);
  return header + plain.length;
}

/** Places in a dictionary of `count` values. */
function indexPage(indexes: Uint32Array, count: number): Uint8Array {
  const page = new ByteWriter();
  const bits = Math.ceil(Math.log2(Math.max(1, count)));
  page.appendUint8(bits);
  writeRleBitPackedHybrid(page, indexes, bits);
  return page.getBytes();
}
