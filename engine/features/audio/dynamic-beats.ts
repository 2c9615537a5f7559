/**
 * How dearly a beat interval pays for differing from the local period: per squared natural logarithm of their ratio.
 */
const TIGHTNESS = 100;

/** Score below which, as a share of the largest, nothing counts as the first beat. */
const FIRST_BEAT_SHARE = 0.01;

export type DynamicBeats = {
	/** Indices into the onset strength, strictly increasing. */
	readonly beats: number[];
	/** Onset strength in standard deviations, smoothed over a small part of the period: what a beat scores. */
	readonly localScore: Float64Array;
	/** The best sum of scores that ends in each value. */
	readonly cumulativeScore: Float64Array;
};

/**
 * The sequence of beats that best balances onsets against evenness (Ellis 2007), for a period that may change over
 * time.
 *
 * @param onsetStrength - ≥ 0
 * @param periods - expected beat interval around each value, in values, ≥ 2
 */
export const dynamicBeats = (onsetStrength: Float32Array, periods: Float64Array): DynamicBeats => {
	const localScore = localScores(onsetStrength, periods);
	const { cumulativeScore, previous } = accumulate(localScore, periods);
	const beats: number[] = [];
	for (let at = lastBeat(cumulativeScore); at >= 0; at = previous[at]!) beats.push(at);
	return { beats: trimmed(localScore, beats.reverse()), localScore, cumulativeScore };
};

const localScores = (onsetStrength: Float32Array, periods: Float64Array): Float64Array => {
	const n = onsetStrength.length;
	const mean = onsetStrength.reduce((sum, value) => sum + value, 0) / n;
	const variance = onsetStrength.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
	const deviation = Math.sqrt(variance) + 1.1754944e-38;
	const scores = new Float64Array(n);
	for (let k = 0; k < n; k++) {
		const period = periods[k]!;
		// Beyond a fifth of the period the taper is under 1e-9.
		const reach = Math.min(Math.round(period), Math.ceil(period / 5));
		let sum = 0;
		for (let from = Math.max(0, k - reach); from <= Math.min(n - 1, k + reach); from++) {
			sum += Math.exp(-0.5 * (((from - k) * 32) / period) ** 2) * onsetStrength[from]!;
		}
		scores[k] = sum / deviation;
	}
	return scores;
};

const accumulate = (localScore: Float64Array, periods: Float64Array) => {
	const n = localScore.length;
	const cumulativeScore = new Float64Array(n);
	const previous = new Int32Array(n).fill(-1);
	const logarithms = Float64Array.from(
		{ length: 2 + 2 * Math.ceil(periods.reduce((a, b) => Math.max(a, b), 0)) },
		(_, k) => Math.log(k),
	);
	const least = FIRST_BEAT_SHARE * localScore.reduce((most, score) => Math.max(most, score), 0);
	let first = true;
	for (let k = 0; k < n; k++) {
		const period = periods[k]!;
		const logPeriod = Math.log(period);
		let best = -Infinity;
		let from = -1;
		for (let gap = Math.round(period / 2); gap <= Math.min(k, Math.floor(2 * period)); gap++) {
			const score = cumulativeScore[k - gap]! - TIGHTNESS * (logarithms[gap]! - logPeriod) ** 2;
			if (score > best) {
				best = score;
				from = k - gap;
			}
		}
		cumulativeScore[k] = localScore[k]! + (from >= 0 ? best : 0);
		if (first && localScore[k]! < least) continue;
		first = false;
		previous[k] = from;
	}
	return { cumulativeScore, previous };
};

/** The last local maximum that scores at least half the median of all local maxima. */
const lastBeat = (cumulativeScore: Float64Array): number => {
	const n = cumulativeScore.length;
	const peaks: number[] = [];
	for (let k = 1; k < n; k++) {
		const next = k + 1 < n ? cumulativeScore[k + 1]! : cumulativeScore[k]!;
		if (cumulativeScore[k]! > cumulativeScore[k - 1]! && cumulativeScore[k]! >= next) peaks.push(k);
	}
	if (peaks.length === 0) return n - 1;
	const scores = Float64Array.from(peaks, peak => cumulativeScore[peak]!).sort();
	const middle = scores.length >> 1;
	const median = scores.length % 2 ? scores[middle]! : (scores[middle - 1]! + scores[middle]!) / 2;
	return peaks.findLast(peak => 2 * cumulativeScore[peak]! >= median) ?? n - 1;
};

/** Without the beats at either end that hardly any onset supports. */
const trimmed = (localScore: Float64Array, beats: number[]): number[] => {
	const weights = [0.5, 1, 0.5];
	const smoothed = beats.map((_, k) =>
		weights.reduce((sum, weight, j) => sum + weight * (localScore[beats[k + j - 1] ?? -1] ?? 0), 0),
	);
	const threshold = 0.5 * Math.sqrt(smoothed.reduce((sum, value) => sum + value * value, 0) / beats.length);
	const first = beats.findIndex(beat => localScore[beat]! > threshold);
	const last = beats.findLastIndex(beat => localScore[beat]! > threshold);
	return first < 0 ? [] : beats.slice(first, last + 1);
};
