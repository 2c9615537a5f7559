import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '@aws-crypto/crc32c';
import { seededRandom } from '../../engine/numeric/random.js';

/**
 * A shard of videos whose sound follows their picture, in YouTube-8M's format, of 40 s each. What the reader makes of
 * files is tested on a shard by another implementation; this is for tests that need more material.
 */
export const writeShard = (folder: string, videos: number, seed: number): void => {
	mkdirSync(folder, { recursive: true });
	const random = seededRandom(seed);
	const directions = Array.from({ length: 4 }, () => ({
		rgb: Array.from({ length: 1024 }, () => random.normal()),
		audio: Array.from({ length: 128 }, () => random.normal()),
	}));
	const records = Array.from({ length: videos }, (_, video) => {
		const steps = { rgb: [] as Uint8Array[], audio: [] as Uint8Array[] };
		let mood = directions.map(() => random.normal());
		for (let second = 0; second < 40; second++) {
			if (second % 10 === 0) mood = directions.map(() => random.normal());
			for (const name of ['rgb', 'audio'] as const) {
				steps[name].push(
					Uint8Array.from({ length: directions[0]![name].length }, (_, c) => {
						const value = mood.reduce((sum, weight, d) => sum + weight * directions[d]![name][c]!, 0);
						return Math.max(0, Math.min(255, Math.round(128 + 20 * value + 10 * random.normal())));
					}),
				);
			}
		}
		return framed(sequenceExample(`video ${video}`, steps));
	});
	writeFileSync(join(folder, 'made.tfrecord'), Buffer.concat(records));
};

const framed = (data: Buffer): Buffer => {
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(data.length));
	return Buffer.concat([length, checksum(length), data, checksum(data)]);
};

const checksum = (bytes: Buffer): Buffer => {
	const crc = crc32c(bytes);
	const out = Buffer.alloc(4);
	out.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
	return out;
};

/** Fields of length-delimited bytes are all that this message has. */
const field = (number: number, bytes: Buffer | Uint8Array): Buffer => {
	const head = [8 * number + 2];
	for (let rest = bytes.length; ; rest >>>= 7) {
		head.push(rest < 128 ? rest : (rest & 127) | 128);
		if (rest < 128) break;
	}
	return Buffer.concat([Buffer.from(head), bytes]);
};

const entry = (key: string, value: Buffer): Buffer =>
	field(1, Buffer.concat([field(1, Buffer.from(key)), field(2, value)]));

const feature = (bytes: Uint8Array): Buffer => field(1, field(1, bytes));

const sequenceExample = (id: string, steps: Readonly<Record<string, readonly Uint8Array[]>>): Buffer =>
	Buffer.concat([
		field(1, entry('id', feature(Buffer.from(id)))),
		field(
			2,
			Buffer.concat(
				Object.entries(steps).map(([name, all]) =>
					entry(name, Buffer.concat(all.map(bytes => field(1, feature(bytes))))),
				),
			),
		),
	]);
