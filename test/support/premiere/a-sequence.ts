import { crc32, deflateSync } from 'node:zlib';
import { type DoubleClip, type DoubleItem, type DoubleSequence, type DoubleTrack, TICKS } from './state.js';

/** A frame at 25 a second. */
export const FRAME = TICKS / 25n;

export const frames = (count: number): bigint => BigInt(count) * FRAME;

export const anItem = (path: string, seconds = 60): DoubleItem => ({
	id: `item of ${path}`,
	name: path.replace(/^.*\//, ''),
	path,
	offline: false,
	in: 0n,
	out: BigInt(seconds) * TICKS,
});

/** A clip of a file, in frames. */
export const aClip = (
	source: DoubleItem | DoubleClip['source'],
	start: number,
	end: number,
	from = 0,
	changes: Partial<DoubleClip> = {},
): DoubleClip => ({
	name: 'path' in source ? source.name : source.kind,
	start: frames(start),
	end: frames(end),
	in: frames(from),
	speed: 1,
	reversed: false,
	disabled: false,
	source: 'path' in source ? { kind: 'media', item: source } : source,
	...changes,
});

export const aTrack = (id: number, clips: DoubleClip[], name = `Track ${id}`): DoubleTrack => ({
	id,
	name,
	muted: false,
	clips,
});

export const aSequence = (changes: Partial<DoubleSequence> = {}): DoubleSequence => ({
	guid: 'b0a1c2d3-0000-4000-8000-000000000001',
	name: 'Promo v3',
	frame: FRAME,
	in: -frames(1),
	out: -frames(1),
	video: [],
	audio: [],
	markers: [],
	...changes,
});

/** A PNG file of one grey, in RGBA as Premiere writes it. */
export const greyPicture = (grey: number, width: number, height: number): Buffer => {
	const row = Buffer.concat([Buffer.of(0), Buffer.alloc(4 * width).map((_, k) => (k % 4 === 3 ? 255 : grey))]);
	const chunk = (type: string, data: Buffer): Buffer => {
		const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
		const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
		length.writeUInt32BE(data.length);
		sum.writeUInt32BE(crc32(body));
		return Buffer.concat([length, body, sum]);
	};
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 6, 0, 0, 0], 8);
	const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
	const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
	return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
};
