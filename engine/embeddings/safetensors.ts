import { Float16Array } from '@petamoriken/float16';

/** A tensor of float32 numbers, row-major. */
export type Tensor = { readonly shape: readonly number[]; readonly data: Float32Array };

export type SafetensorsFile = {
	/** Free text by name: a model card, scores, the features that go in. */
	readonly metadata: Readonly<Record<string, string>>;
	readonly tensors: ReadonlyMap<string, Tensor>;
};

/**
 * Writes the safetensors format: the length of a JSON header as a little-endian 64-bit number, the header with each
 * tensor's type, shape and byte range, then the data. The header is padded with spaces, so that the data is aligned to
 * eight bytes.
 *
 * @param isHalf - tensors that are stored as float16, rounded: half the bytes, a relative error of at most 2⁻¹¹ for values
 * between 6e-5 and 65,504. None unless given
 */
export const writeSafetensors = (
	{ metadata, tensors }: SafetensorsFile,
	isHalf: (name: string) => boolean = () => false,
): Uint8Array => {
	const header: Record<string, unknown> = { __metadata__: metadata };
	const blocks: Uint8Array[] = [];
	let offset = 0;
	for (const [name, { shape, data }] of tensors) {
		const half = isHalf(name);
		const bytes = bytesOf(half ? new Float16Array(data) : data);
		header[name] = { dtype: half ? 'F16' : 'F32', shape, data_offsets: [offset, offset + bytes.length] };
		blocks.push(bytes);
		offset += bytes.length;
	}
	const text = encodeUtf8(JSON.stringify(header));
	const headerLength = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
	const bytes = new Uint8Array(LENGTH_BYTES + headerLength + offset).fill(
		SPACE,
		LENGTH_BYTES,
		LENGTH_BYTES + headerLength,
	);
	new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
	bytes.set(text, LENGTH_BYTES);
	let at = LENGTH_BYTES + headerLength;
	for (const block of blocks) {
		bytes.set(block, at);
		at += block.length;
	}
	return bytes;
};

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float16Array): Uint8Array =>
	new Uint8Array(buffer, byteOffset, byteLength);

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const SPACE = 0x20;

/**
 * Reads the safetensors format, tensors of float32 and of float16 only.
 *
 * @throws RangeError that says what is wrong with the file
 */
export const readSafetensors = (bytes: Uint8Array): SafetensorsFile => {
	if (bytes.length < LENGTH_BYTES) throw new RangeError('the file is too short to be safetensors');
	const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
	const dataStart = LENGTH_BYTES + headerLength;
	if (dataStart > bytes.length) throw new RangeError('the file is not safetensors, or its header is cut off');
	const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));

	const tensors = new Map<string, Tensor>();
	for (const [name, entry] of Object.entries(header)) {
		if (name !== '__metadata__') tensors.set(name, tensorOf(name, entry, bytes.subarray(dataStart)));
	}
	return { metadata: stringsOf(header.__metadata__), tensors };
};

const parseHeader = (bytes: Uint8Array): Record<string, unknown> => {
	try {
		const header: unknown = JSON.parse(decodeUtf8(bytes));
		if (isRecord(header)) return header;
	} catch (cause) {
		throw new RangeError('the header is not JSON', { cause });
	}
	throw new RangeError('the header is not an object');
};

const tensorOf = (name: string, entry: unknown, data: Uint8Array): Tensor => {
	if (!isRecord(entry) || !isNumbers(entry.shape) || !isNumbers(entry.data_offsets)) {
		throw new RangeError(`tensor ${name} is not described by a shape and a place`);
	}
	if (entry.dtype !== 'F32' && entry.dtype !== 'F16') {
		throw new RangeError(`tensor ${name} is of ${String(entry.dtype)}, not of float32 or float16`);
	}
	const width = entry.dtype === 'F32' ? 4 : 2;
	const [start = 0, end = 0] = entry.data_offsets;
	const count = entry.shape.reduce((product, size) => product * size, 1);
	if (start < 0 || end > data.length || end - start !== width * count) {
		throw new RangeError(`tensor ${name} does not fit its ${end - start} bytes`);
	}
	// A copy: the file's bytes need not be aligned for numbers, nor stay in memory.
	const copy = new Uint8Array(data.subarray(start, end)).buffer;
	return { shape: entry.shape, data: width === 4 ? new Float32Array(copy) : Float32Array.from(new Float16Array(copy)) };
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isNumbers = (value: unknown): value is number[] =>
	Array.isArray(value) && value.every(item => Number.isSafeInteger(item) && item >= 0);

const stringsOf = (value: unknown): Record<string, string> =>
	isRecord(value)
		? Object.fromEntries(
				Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
			)
		: {};

/** encodeURIComponent and its inverse are the language's own way to UTF-8. */
const encodeUtf8 = (text: string): Uint8Array =>
	Uint8Array.from(
		encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
			String.fromCharCode(Number.parseInt(hex, 16)),
		),
		character => character.charCodeAt(0),
	);

const decodeUtf8 = (bytes: Uint8Array): string => {
	let escaped = '';
	for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`;
	return decodeURIComponent(escaped);
};
