import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../engine/embeddings/safetensors.js';

test('reads what the reference implementation wrote (safetensors for Python 0.6, numpy)', () => {
	const { metadata, tensors } = readSafetensors(readFileSync('test/golden/safetensors/two-tensors.safetensors'));
	expect(metadata).toEqual({ card: 'Größe – 2 Tensoren' });
	expect(tensors.get('a.weight')).toEqual({
		shape: [2, 3],
		data: Float32Array.from([0, 1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7]),
	});
	expect(tensors.get('b')).toEqual({ shape: [2], data: Float32Array.from([-1.5, 3e-8]) });
});

test('what is written is read back, to the bit', () => {
	fc.assert(
		fc.property(
			fc.dictionary(
				fc.string({ minLength: 1 }).filter(name => name !== '__metadata__' && name !== '__proto__'),
				fc.float32Array(),
			),
			fc.dictionary(
				fc.string().filter(name => name !== '__proto__'),
				fc.string({ unit: 'grapheme' }),
			),
			(arrays, metadata) => {
				const tensors = new Map(
					Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }] as const),
				);
				const read = readSafetensors(writeSafetensors({ metadata, tensors }));
				expect(read.metadata).toEqual(metadata);
				// Integer-like names are moved to the front by JavaScript objects, so order is not compared.
				expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()));
			},
		),
		{ seed: 11, numRuns: 100 },
	);
});

test('a damaged file is refused with what is wrong', () => {
	const file = writeSafetensors({
		metadata: {},
		tensors: new Map([['t', { shape: [3], data: Float32Array.from([1, 2, 3]) }]]),
	});
	expect(() => readSafetensors(file.subarray(0, 4))).toThrow(/too short/);
	expect(() => readSafetensors(file.subarray(0, 20))).toThrow(/cut off/);
	expect(() => readSafetensors(file.subarray(0, file.length - 4))).toThrow(/tensor t does not fit/);
	const noJson = file.slice();
	noJson[8] = 0x7a;
	expect(() => readSafetensors(noJson)).toThrow(/not JSON/);
});

test('reads float16 as the reference implementation wrote it, and writes it as near as float16 goes', () => {
	const { tensors } = readSafetensors(readFileSync('test/golden/safetensors/half.safetensors'));
	// 0.1 and 1/3 rounded to 11 significant bits; 6e-8 to the smallest subnormal, 2⁻²⁴.
	expect(tensors.get('half')).toEqual({
		shape: [2, 3],
		data: Float32Array.from([0.0999755859375, -1.5, 65504, 2 ** -24, 0, 0.333251953125]),
	});
	expect(tensors.get('whole')?.data).toEqual(Float32Array.of(0.1));
	const values = { shape: [3], data: Float32Array.from([0.1, 1 / 3, -70_000]) };
	const written = readSafetensors(writeSafetensors({ metadata: {}, tensors: new Map([['half', values]]) }, () => true));
	expect(written.tensors.get('half')?.data).toEqual(Float32Array.from([0.0999755859375, 0.333251953125, -Infinity]));
});
