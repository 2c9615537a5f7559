import { countOnBeats, cutsOnOnsets, onsetRanks } from '../crops/cut-agreement.js';
import { correlations, cutDynamics, SEARCH_RATE, trackDynamics } from '../crops/dynamics.js';
import { gaussianSmooth } from '../crops/resample.js';
import { isSteady } from '../crops/snap.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import { type Moments, moments, standardised } from '../numeric/statistics.js';
import type { Reason } from '../protocol/messages.js';
import type { Seconds, Span } from '../time/time.js';
import type { Candidate, Pick } from './pick.js';

/** Why this crop: facts only, each counted or measured on the crop itself, strongest first. */
export const reasonsFor = (cut: CutAnalysis, range: Span, candidate: Candidate, pick: Pick): Reason[] => [
	...beatReasons(cut, range, candidate, pick.crop),
	...energyReasons(cut, range, candidate, pick.crop),
	...endingReasons(range, candidate, pick.crop),
	...vocalReasons(cut, range, candidate),
	...segmentReasons(range, pick),
	...(pick.score < WEAK ? [{ code: 'weak' as const, text: 'no better than chance at following this cut' }] : []),
];

/** A pick below this is not told apart from a track of average fit. */
const WEAK = 0.5;

const beatReasons = (cut: CutAnalysis, range: Span, { analysis }: Candidate, crop: Span): Reason[] => {
	const cuts = cut.boundaries
		.map(({ seconds }) => seconds)
		.filter(seconds => seconds > range.start && seconds < range.start + (crop.end - crop.start));
	const inSong = cuts.map(seconds => seconds - range.start + crop.start);
	const reasons: Reason[] = [];
	if (isSteady(analysis.beats)) {
		const { onBeat, byChance } = countOnBeats(inSong, analysis.beats.beats);
		// A share that chance gives as often as not would be a fact without a meaning.
		if (onBeat > byChance + Math.sqrt(byChance * (1 - byChance / Math.max(1, cuts.length)))) {
			reasons.push({ code: 'cuts-on-beats', text: `${onBeat} of ${counted(cuts.length, 'cut')} on a beat` });
		}
		reasons.push({ code: 'tempo', text: `steady ${Math.round(analysis.beats.tempo)} BPM` });
	} else {
		const strength = cutsOnOnsets(onsetRanks(analysis.curves.onsetStrength), inSong, 0);
		if (strength > SURE) reasons.push({ code: 'cuts-on-onsets', text: 'cuts fall on its accents' });
		reasons.push({ code: 'no-steady-beat', text: 'no steady beat: follows its energy' });
	}
	return reasons;
};

/** Deviations from chance above which an agreement is a fact: one in forty by chance. */
const SURE = 1.96;

const energyReasons = (cut: CutAnalysis, range: Span, { analysis }: Candidate, crop: Span): Reason[] => {
	const picture = cutDynamics(cut, range);
	const music = trackDynamics(analysis);
	const first = Math.round(crop.start * SEARCH_RATE);
	const length = Math.min(picture.motion.length, music.level.length - first);
	if (length < SHORTEST * SEARCH_RATE) return [];

	const busy = summed(picture.motion.subarray(0, length), picture.cutting.subarray(0, length));
	const loud = music.level.subarray(first, first + length);
	const reasons: Reason[] = [];
	const together = correlations(gaussianSmooth(busy, SEARCH_RATE), gaussianSmooth(loud, SEARCH_RATE))[0] ?? 0;
	if (together >= FOLLOWS) {
		reasons.push({
			code: 'energy-follows',
			text: `its level follows the picture (correlation ${together.toFixed(2)})`,
		});
	}
	const rise = commonRise(busy, loud);
	if (rise !== null) {
		reasons.push({ code: 'energy-rises', text: `rises with the picture at ${clock(range.start + rise)}` });
	}
	return reasons;
};

const SHORTEST: Seconds = 8;
const FOLLOWS = 0.3;

/** Each rise is measured between the means of this long before and after. */
const RISE_WINDOW: Seconds = 3;

/** Where both curves rise most together, in seconds after their start; null where nowhere both rise by a deviation. */
const commonRise = (picture: Float64Array, music: Float64Array): Seconds | null => {
	const window = RISE_WINDOW * SEARCH_RATE;
	const scales = [moments(picture), moments(music)];
	let best: number | null = null;
	let most = 1;
	for (let k = window; k + window <= picture.length; k++) {
		const both = Math.min(riseAt(picture, k, window, scales[0]!), riseAt(music, k, window, scales[1]!));
		if (both > most) {
			most = both;
			best = k / SEARCH_RATE;
		}
	}
	return best;
};

const riseAt = (curve: Float64Array, k: number, window: number, scale: Moments): number =>
	standardised(moments(curve.subarray(k, k + window)).mean, scale) -
	standardised(moments(curve.subarray(k - window, k)).mean, scale);

/** Both curves on one scale, added. */
const summed = (a: Float64Array, b: Float64Array): Float64Array => {
	const scales = [moments(a), moments(b)];
	return a.map((value, k) => standardised(value, scales[0]!) + standardised(b[k]!, scales[1]!));
};

/** An end this close to a section's or the song's end is heard as one. */
const NEAR_END: Seconds = 0.4;

const endingReasons = (range: Span, { analysis }: Candidate, crop: Span): Reason[] => {
	const wanted = range.end - range.start;
	const missing = wanted - (crop.end - crop.start);
	if (missing > NEAR_END) {
		return [{ code: 'song-shorter', text: `the song ends ${missing.toFixed(1)} s before the range does` }];
	}
	if (analysis.duration - crop.end <= NEAR_END) return [{ code: 'ends-with-song', text: 'ends with the song' }];
	const onSection = analysis.sections.some(({ end }) => Math.abs(end - crop.end) <= NEAR_END);
	return onSection ? [{ code: 'ends-on-phrase', text: 'ends where a section ends' }] : [];
};

/** A track with less singing than this counts as instrumental. */
export const INSTRUMENTAL = 0.2;

const vocalReasons = (cut: CutAnalysis, range: Span, { vocals }: Candidate): Reason[] => {
	if (speechShare(cut, range) === 0) return [];
	return vocals < INSTRUMENTAL
		? [{ code: 'no-vocals', text: 'no singing under the speech' }]
		: [{ code: 'vocals-under-speech', text: 'has singing, and the cut has speech' }];
};

/** Share of the range in which somebody speaks, in [0, 1]. */
export const speechShare = (cut: CutAnalysis, range: Span): number =>
	cut.speech.reduce(
		(sum, { start, end }) => sum + Math.max(0, Math.min(end, range.end) - Math.max(start, range.start)),
		0,
	) /
	(range.end - range.start);

const segmentReasons = (range: Span, { segments }: Pick): Reason[] => {
	const heard = segments.filter(({ music, cut }) => music && cut.end - cut.start >= 1);
	if (heard.length < 3) return [];
	const byLikeness = [...heard].sort((a, b) => b.similarity - a.similarity);
	const describe = ({ cut }: Pick['segments'][number]) => `${clock(cut.start)}–${clock(Math.min(cut.end, range.end))}`;
	return [
		{ code: 'best-segment', text: `fits best at ${describe(byLikeness[0]!)}` },
		{ code: 'worst-segment', text: `least at ${describe(byLikeness.at(-1)!)}` },
	];
};

const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

/** 83.4 → 1:23 */
export const clock = (time: Seconds): string => {
	const whole = Math.floor(time);
	return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};
