/** What beats and bars are read from, all per hop of 512 samples but the last. */
export type BeatEvidence = {
	/** Median spectral flux. */
	readonly strength: Float32Array;
	/** Flux of the lowest bands: kick drums and basses. */
	readonly lowStrength: Float32Array;
	/** Energy of the harmonic part by pitch class: 12 values every two hops. */
	readonly pitchClasses: Float32Array;
};

export type Bars = {
	/** Indices of the beats that start a bar; empty where no bar was found. */
	readonly downbeats: number[];
	/** In [0, 1]. */
	readonly confidence: number;
};

/** Beats a bar that are told apart, and what each is worth before listening: most music has four. */
const METRES = [
	{ beats: 4, prior: 0 },
	{ beats: 3, prior: -0.05 },
];

/** What marks a bar's first beat, in shares: harmony changes there, the bass sounds there, it is stressed. */
const WEIGHTS = { harmony: 0.5, bass: 0.3, stress: 0.2 };

/** Cost of a bar with a beat too many or too few, where the tracker slipped or the music did. */
const SLIP_COST = 8;

/**
 * Accent of downbeats over other beats, in standard deviations: what counting through noise finds (0.3 to 0.6,
 * measured), and what leaves no doubt.
 */
const CHANCE_ACCENT = 0.5;
const CLEAR_ACCENT = 1.5;

/** Fewer bars prove less. */
const ENOUGH_BARS = 16;

/**
 * Bars by accent (after Klapuri, Eronen and Astola 2006, reduced to a choice of metre and phase that may slip): every
 * beat gets an accent from harmonic change, bass and stress, and the likeliest count through them (Viterbi) is taken.
 *
 * @param beats - hops, strictly increasing
 */
export const findDownbeats = (evidence: BeatEvidence, beats: readonly number[]): Bars => {
	if (beats.length < 8) return { downbeats: [], confidence: 0 };
	const accents = beatAccents(evidence, beats);
	const counts = METRES.map(({ beats: metre, prior }) => {
		const { positions, score } = likeliestCount(accents, metre);
		return { positions, worth: score / accents.length + prior };
	});
	const best = counts.reduce((a, b) => (b.worth > a.worth ? b : a));
	const first = accents.filter((_, k) => best.positions[k] === 0);
	const others = accents.filter((_, k) => best.positions[k] !== 0);
	const accent = mean(first) - mean(others);
	const share = (accent - CHANCE_ACCENT) / (CLEAR_ACCENT - CHANCE_ACCENT);
	const confidence = Math.max(0, Math.min(1, share)) * Math.min(1, first.length / ENOUGH_BARS);
	if (!(confidence > 0)) return { downbeats: [], confidence: 0 };
	return { downbeats: best.positions.flatMap((position, k) => (position === 0 ? [k] : [])), confidence };
};

/** One value a beat with mean 0 and deviation 1. */
const beatAccents = ({ strength, lowStrength, pitchClasses }: BeatEvidence, beats: readonly number[]): number[] => {
	const harmony = standardised(harmonicChanges(pitchClasses, beats));
	const bass = standardised(beats.map(beat => largestAround(lowStrength, beat)));
	const stress = standardised(beats.map(beat => largestAround(strength, beat)));
	return standardised(
		beats.map((_, k) => WEIGHTS.harmony * harmony[k]! + WEIGHTS.bass * bass[k]! + WEIGHTS.stress * stress[k]!),
	);
};

/** How much the pitch classes of each beat differ from those of the beat before, in [0, 1]. */
const harmonicChanges = (pitchClasses: Float32Array, beats: readonly number[]): number[] => {
	const frames = pitchClasses.length / 12;
	const spans = beats.map((beat, k) => {
		const start = Math.min(frames - 1, Math.round(beat / 2));
		const end = k + 1 < beats.length ? Math.max(start + 1, Math.round(beats[k + 1]! / 2)) : frames;
		const sum = new Float64Array(12);
		for (let at = start * 12; at < Math.min(frames, end) * 12; at++) sum[at % 12]! += Math.sqrt(pitchClasses[at]!);
		return sum;
	});
	return spans.map((span, k) => (k === 0 ? 0 : 1 - cosine(span, spans[k - 1]!)));
};

const cosine = (a: Float64Array, b: Float64Array): number => {
	let product = 0;
	for (let k = 0; k < a.length; k++) product += a[k]! * b[k]!;
	const norms = Math.hypot(...a) * Math.hypot(...b);
	return norms > 0 ? product / norms : 1;
};

const largestAround = (values: Float32Array, at: number): number => {
	let largest = 0;
	for (let k = Math.max(0, at - 2); k <= Math.min(values.length - 1, at + 2); k++)
		largest = Math.max(largest, values[k]!);
	return largest;
};

/** Positions in the bar, 0 first, that collect most accent on firsts and least elsewhere. */
const likeliestCount = (accents: readonly number[], metre: number): { positions: number[]; score: number } => {
	const worth = (position: number, accent: number) => (position === 0 ? accent : -accent / (metre - 1));
	let score = Array.from({ length: metre }, (_, position) => worth(position, accents[0]!));
	const origins: number[][] = [];
	for (const accent of accents.slice(1)) {
		const best = score.indexOf(Math.max(...score));
		const before = score;
		const origin = before.map((_, position) => {
			const regular = (position - 1 + metre) % metre;
			return before[best]! - SLIP_COST > before[regular]! ? best : regular;
		});
		score = origin.map((from, position) => {
			const slipped = from !== (position - 1 + metre) % metre;
			return before[from]! - (slipped ? SLIP_COST : 0) + worth(position, accent);
		});
		origins.push(origin);
	}
	const total = Math.max(...score);
	const positions = [score.indexOf(total)];
	for (const origin of origins.reverse()) positions.push(origin[positions.at(-1)!]!);
	return { positions: positions.reverse(), score: total };
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const standardised = (values: readonly number[]): number[] => {
	const centre = mean(values);
	const deviation = Math.sqrt(mean(values.map(value => (value - centre) ** 2)));
	return values.map(value => (deviation > 0 ? (value - centre) / deviation : 0));
};
