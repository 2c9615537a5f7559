import { type Matrix32, zeros32 } from '../numeric/matrix.js';
import { type Random, seededRandom } from '../numeric/random.js';
import { addScaled, dot, norm } from '../numeric/vectors.js';
import type { ClipSide, DataSet, PairClip, Split } from './data-set.js';
import { simulatedBoundaries } from './simulated-boundaries.js';
import { LATENT, simulatedLatents } from './simulated-latents.js';

export type SimulationOptions = {
	readonly seed: number;
	readonly counts: Readonly<Record<Split, number>>;
	/** Columns of the features; the paper's 1,024 and 128 unless given. At least {@link LATENT} each. */
	readonly columns?: { readonly picture: number; readonly music: number };
};

/** What is added to every feature on its own, against a latent deviation of 1. */
const FEATURE_NOISE = 0.05;

export type Simulation = {
	readonly dataSet: DataSet;
	/** The best that a linear network could make of features: unit latents, as far as a segment's mean still holds them. */
	readonly embed: Readonly<Record<'picture' | 'music', (features: Matrix32) => Matrix32>>;
};

/**
 * Features from a generator: no picture and no music lies behind them. For engineering alone: they show that training and
 * evaluation do what they should, and how the distances behave where the truth is known; how well music is found for real
 * edits they can't say. Lengths and numbers of segments are those of the paper's clips (see simulated-latents.ts), and what
 * the segmenters find is as wrong as published runs are (see simulated-boundaries.ts).
 *
 * Every clip is made anew from its seed when it is asked for, so data sets of any size take no memory.
 */
export const simulate = ({ seed, counts, columns = PAPER_COLUMNS }: SimulationOptions): Simulation => {
	const mixing = {
		picture: orthonormalColumns(columns.picture, seededRandom(seed, 1)),
		music: orthonormalColumns(columns.music, seededRandom(seed, 2)),
	};
	return {
		dataSet: {
			name: `simulated-${seed}`,
			origin: 'simulated',
			inputs: {
				picture: { id: `simulated-picture-${seed}`, columns: columns.picture },
				music: { id: `simulated-music-${seed}`, columns: columns.music },
			},
			count: split => counts[split],
			async *clips(split, signal) {
				for (let k = 0; k < counts[split]; k++) {
					signal?.throwIfAborted();
					yield simulatedClip(seed, split, k, mixing);
				}
			},
		},
		embed: {
			picture: features => unmixed(features, mixing.picture),
			music: features => unmixed(features, mixing.music),
		},
	};
};

/** The simulation that commands mean where no other is asked for: one seed has one way from latents to features. */
export const SIMULATION_SEED = 1;

const PAPER_COLUMNS = { picture: 1024, music: 128 };

type Mixing = {
	/** Columns × latents, with orthonormal columns: its transpose is its inverse. */
	readonly picture: Matrix32;
	readonly music: Matrix32;
};

const SPLIT_SEEDS: Readonly<Record<Split, number>> = { train: 1, validation: 2, test: 3 };

const simulatedClip = (seed: number, split: Split, k: number, mixing: Mixing): PairClip => {
	const random = seededRandom(seed, SPLIT_SEEDS[split], k);
	const { duration, sections, shots, picture, music } = simulatedLatents(random);
	const found = simulatedBoundaries(sections, shots, duration, random);
	const id = `${split}-${k}`;
	return {
		id,
		group: id,
		duration,
		picture: lazySide(picture, mixing.picture, found.picture, random.index(2 ** 31)),
		music: lazySide(music, mixing.music, found.music, random.index(2 ** 31)),
		shared: sections,
		speech: [],
	};
};

/** Features are made when they are first looked at: whoever asks for boundaries alone does not wait for them. */
const lazySide = (latents: Matrix32, mixing: Matrix32, boundaries: ClipSide['boundaries'], seed: number): ClipSide => {
	let made: Matrix32 | null = null;
	return {
		boundaries,
		get features() {
			made ??= mixed(latents, mixing, seededRandom(seed));
			return made;
		},
	};
};

/** latents × mixingᵀ + noise: seconds × columns. */
const mixed = (latents: Matrix32, mixing: Matrix32, random: Random): Matrix32 => {
	const features = zeros32(latents.rows, mixing.rows);
	const own = new Float64Array(LATENT);
	for (let second = 0; second < latents.rows; second++) {
		own.set(latents.data.subarray(second * LATENT, (second + 1) * LATENT));
		const noise = random.index(NOISE.length);
		for (let c = 0; c < mixing.rows; c++) {
			let sum = NOISE[(noise + c) % NOISE.length]!;
			for (let l = 0; l < LATENT; l++) sum += mixing.data[c * LATENT + l]! * own[l]!;
			features.data[second * mixing.rows + c] = sum;
		}
	}
	return features;
};

/** Normal numbers that every second takes from another place on: drawing each anew would take most of the time. */
const NOISE = (() => {
	const { normal } = seededRandom(7);
	return Float64Array.from({ length: 65_537 }, () => FEATURE_NOISE * normal());
})();

/** features × mixing, each row brought to unit length: segments × latents. */
const unmixed = (features: Matrix32, mixing: Matrix32): Matrix32 => {
	const latents = zeros32(features.rows, LATENT);
	for (let r = 0; r < features.rows; r++) {
		const sums = new Float64Array(LATENT);
		for (let c = 0; c < features.cols; c++) {
			for (let l = 0; l < LATENT; l++) sums[l]! += features.data[r * features.cols + c]! * mixing.data[c * LATENT + l]!;
		}
		latents.data.set(
			sums.map(value => value / norm(sums)),
			r * LATENT,
		);
	}
	return latents;
};

/** Random directions made orthonormal one after the other (modified Gram and Schmidt): rows × latents. */
const orthonormalColumns = (rows: number, random: Random): Matrix32 => {
	if (rows < LATENT) throw new RangeError(`${rows} columns cannot hold ${LATENT} latents`);
	const made: Float64Array[] = [];
	const matrix = zeros32(rows, LATENT);
	for (let l = 0; l < LATENT; l++) {
		const column = Float64Array.from({ length: rows }, random.normal);
		for (const earlier of made) addScaled(column, -dot(column, earlier), earlier);
		const length = norm(column);
		made.push(column.map(value => value / length));
		made[l]!.forEach((value, r) => {
			matrix.data[r * LATENT + l] = value;
		});
	}
	return matrix;
};
