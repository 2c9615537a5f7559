import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findFfmpeg } from '../../engine/io/media/find-ffmpeg.js';

const golden = new URL('../golden/audio/', import.meta.url);

/** The excerpts under test/golden/audio/excerpts; each 80 s of mono at 22,050 Hz. */
export const EXCERPTS = ['deprecation', 'orbital', 'hell', 'mountain', 'city-falls', 'jazz'] as const;

/** Samples of an excerpt, exactly as every golden of it was made from: 16-bit integers over 32,768. */
export const excerpt = (id: (typeof EXCERPTS)[number]): Float32Array => {
	const file = new URL(`excerpts/${id}.flac`, golden).pathname;
	const bytes = runFfmpeg(['-i', file, '-f', 's16le', '-']);
	const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
	return Float32Array.from(samples, sample => sample / 32_768);
};

/** Output of ffmpeg, run quietly but for warnings of filters that report there. */
export const runFfmpeg = (args: readonly string[], input?: Uint8Array): Buffer => {
	const found = findFfmpeg();
	if (found === null) throw new Error('these tests need ffmpeg');
	return execFileSync(found.ffmpeg, ['-v', 'error', '-nostdin', ...args], {
		maxBuffer: 2 ** 28,
		...(input === undefined ? {} : { input }),
	});
};

export type GoldenArray = { readonly shape: readonly number[]; readonly data: Float32Array };

/** A golden's description and arrays, by their names. */
export const readGolden = <Head>(stem: string): { head: Head; array: (name: string) => GoldenArray } => {
	const head = JSON.parse(readFileSync(new URL(`${stem}.json`, golden), 'utf8')) as Head & {
		arrays: { name: string; shape: number[]; offset: number }[];
	};
	const bytes = readFileSync(new URL(`${stem}.f32`, golden));
	const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
	const array = (name: string) => {
		const { shape, offset } = head.arrays.find(one => one.name === name)!;
		return { shape, data: values.subarray(offset, offset + shape.reduce((a, b) => a * b, 1)) };
	};
	return { head, array };
};

/** The beats of an excerpt that librosa found, in seconds. */
export const librosaBeats = (id: 'deprecation' | 'city-falls'): number[] =>
	JSON.parse(readFileSync(new URL(`librosa/${id}.json`, golden), 'utf8')).beats_s;

/** Largest difference, as a share of the largest expected value. */
export const relativeError = (expected: ArrayLike<number>, actual: ArrayLike<number>): number => {
	if (expected.length !== actual.length) throw new Error(`${expected.length} values against ${actual.length}`);
	let largest = 0;
	let difference = 0;
	for (let k = 0; k < expected.length; k++) {
		largest = Math.max(largest, Math.abs(expected[k]!));
		difference = Math.max(difference, Math.abs(expected[k]! - actual[k]!));
	}
	return difference / largest;
};

export const correlation = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
	const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
	const [mx, my] = [mean(x), mean(y)];
	let [xy, xx, yy] = [0, 0, 0];
	for (let k = 0; k < x.length; k++) {
		xy += (x[k]! - mx) * (y[k]! - my);
		xx += (x[k]! - mx) ** 2;
		yy += (y[k]! - my) ** 2;
	}
	return xy / Math.sqrt(xx * yy);
};

const RATE = 22_050;

/** Mono samples at 22,050 Hz of a function of time. */
export const signal = (seconds: number, at: (time: number) => number): Float32Array =>
	Float32Array.from({ length: Math.round(seconds * RATE) }, (_, k) => at(k / RATE));

/** White noise in [-1, 1), the same for the same seed. */
export const noise = (seed: number): (() => number) => {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 31 - 1;
	};
};

/** Short decaying tones at the given times; accents sound an octave and more below, and louder. */
export const clicks = (
	seconds: number,
	times: readonly number[],
	accented: (index: number) => boolean = () => false,
) => {
	const samples = new Float32Array(Math.round(seconds * RATE));
	times.forEach((time, index) => {
		const start = Math.round(time * RATE);
		for (let t = 0; t < 2000 && start + t < samples.length; t++) {
			samples[start + t]! += 0.5 * Math.exp(-t / 120) * Math.sin((2 * Math.PI * 1000 * t) / RATE);
			if (accented(index)) samples[start + t]! += 0.4 * Math.exp(-t / 600) * Math.sin((2 * Math.PI * 70 * t) / RATE);
		}
	});
	return samples;
};

/** Times of beats whose tempo goes evenly, on a logarithmic scale, from one value to another. */
export const driftingBeats = (seconds: number, from: number, to: number): number[] => {
	const times: number[] = [];
	for (let time = 0.5; time < seconds - 0.5; time += 60 / (from * (to / from) ** (time / seconds))) times.push(time);
	return times;
};
