import { type FileHandle, open } from 'node:fs/promises';
import { crc32c } from '@aws-crypto/crc32c';
import { EngineError } from '../../../protocol/errors.js';

/** @property at - where in the file it begins; what {@link readTfRecord} takes */
export type TfRecord = { readonly at: number; readonly data: Uint8Array };

/** A record longer than this is a damaged length that happens to pass its check. */
const LONGEST = 2 ** 28;
const HEADER_BYTES = 12;

/**
 * The records of a TFRecord file, one at a time: eight bytes of length, four of the length's checksum, the data, four of the
 * data's checksum, all little-endian. A record whose data fails its checksum is passed over and told; after a damaged
 * length nothing can be found any more.
 *
 * @param onDamaged - told where a record is damaged
 * @throws EngineError 'data-damaged' where the file ends within a record or a length fails its checksum
 */
export async function* tfRecords(path: string, onDamaged: (at: number) => void): AsyncGenerator<TfRecord> {
	const file = await opened(path);
	try {
		const { size } = await file.stat();
		for (let at = 0; at < size; ) {
			const length = await lengthAt(file, path, at, size);
			const data = await bytesAt(file, at + HEADER_BYTES, length + 4);
			if (isIntact(data, length)) yield { at, data: data.subarray(0, length) };
			else onDamaged(at);
			at += HEADER_BYTES + length + 4;
		}
	} finally {
		await file.close();
	}
}

/** One record again. Throws 'data-damaged' where it fails a checksum. */
export const readTfRecord = async (path: string, at: number): Promise<Uint8Array> => {
	const file = await opened(path);
	try {
		const length = await lengthAt(file, path, at, (await file.stat()).size);
		const data = await bytesAt(file, at + HEADER_BYTES, length + 4);
		if (!isIntact(data, length)) throw damaged(path, at);
		return data.subarray(0, length);
	} finally {
		await file.close();
	}
};

const opened = (path: string): Promise<FileHandle> =>
	open(path, 'r').catch(cause => {
		throw new EngineError('file-missing', `${path} cannot be read`, { cause });
	});

const lengthAt = async (file: FileHandle, path: string, at: number, size: number): Promise<number> => {
	if (at + HEADER_BYTES > size) throw damaged(path, at);
	const header = await bytesAt(file, at, HEADER_BYTES);
	const view = new DataView(header.buffer, header.byteOffset);
	const length = Number(view.getBigUint64(0, true));
	if (masked(header.subarray(0, 8)) !== view.getUint32(8, true)) throw damaged(path, at);
	if (length > LONGEST || at + HEADER_BYTES + length + 4 > size) throw damaged(path, at);
	return length;
};

const isIntact = (data: Uint8Array, length: number): boolean =>
	masked(data.subarray(0, length)) === new DataView(data.buffer, data.byteOffset).getUint32(length, true);

/** CRC-32C, turned and moved, so that checksums of data that holds checksums stay different. */
const masked = (data: Uint8Array): number => {
	const crc = crc32c(data);
	return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
};

const bytesAt = async (file: FileHandle, at: number, length: number): Promise<Uint8Array> => {
	const bytes = new Uint8Array(length);
	await file.read(bytes, 0, length, at);
	return bytes;
};

const damaged = (path: string, at: number): EngineError =>
	new EngineError('data-damaged', `${path} is damaged from byte ${at} on.`);
