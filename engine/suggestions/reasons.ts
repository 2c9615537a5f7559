import { correlations } from '../crops/correlations.js';
import { countOnBeats } from '../crops/cut-agreement.js';
import { SEARCH_RATE } from '../crops/dynamics.js';
import { type CutSide, heardCurves } from '../crops/judge.js';
import { type CropPlan, songTimeAt } from '../crops/plan.js';
import { type PreparedTrack, preparedTrack } from '../crops/prepared-track.js';
import { gaussianSmooth } from '../crops/resample.js';
import { RISE_WINDOW } from '../crops/rises.js';
import type { Term } from '../crops/terms.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import { type Moments, moments, standardised } from '../numeric/statistics.js';
import type { Reason } from '../protocol/messages.js';
import type { Seconds, Span } from '../time/time.js';
import type { Candidate, Pick } from './pick.js';

/**
 * Why this crop: the terms of its score in words, the one that counts most first, each as a fact that was counted or
 * measured on what is heard. Terms that say nothing are left out.
 */
export const reasonsFor = (cut: CutAnalysis, side: CutSide, candidate: Candidate, pick: Pick): Reason[] => {
	const track = preparedTrack(candidate.analysis);
	const said: readonly (readonly [Term, readonly Reason[]])[] = [
		['beats', beatReasons(side, track, pick.plan)],
		['accents', accentReasons(track, pick)],
		...energyReasons(side, track, pick.plan),
		['phrases', phraseReasons(side, track, pick.plan)],
		['voices', vocalReasons(cut, side.range, candidate)],
		['joins', joinReasons(side.range, pick.plan)],
		['content', segmentReasons(side.range, pick)],
		['wishes', wishReasons(pick)],
	];
	const worth = (term: Term) => pick.basis.weights[term] * pick.terms[term];
	return [
		...[...said].sort(([a], [b]) => worth(b) - worth(a)).flatMap(([, reasons]) => reasons),
		...(pick.score < WEAK ? [{ code: 'weak' as const, text: 'no better than chance at following this cut' }] : []),
	];
};

/** A pick below this is not told apart from a track of average fit. */
const WEAK = 0.5;

const beatReasons = (side: CutSide, track: PreparedTrack, { pieces }: CropPlan): Reason[] => {
	const { beats } = track.analysis;
	if (!track.steady) return [{ code: 'no-steady-beat', text: 'no steady beat: follows its energy' }];
	const inSong = side.cuts.flatMap(time => songTimeAt(pieces, time) ?? []);
	const { onBeat, byChance } = countOnBeats(inSong, beats.beats);
	// A share that chance gives as often as not would be a fact without a meaning.
	if (onBeat <= byChance + Math.sqrt(byChance * (1 - byChance / Math.max(1, inSong.length)))) return [];
	return [
		{
			code: 'cuts-on-beats',
			text: `${onBeat} of ${counted(inSong.length, 'cut')} on a beat, at ${Math.round(beats.tempo)} BPM`,
		},
	];
};

const accentReasons = ({ steady }: PreparedTrack, { terms }: Pick): Reason[] =>
	terms.accents > SURE && !steady ? [{ code: 'cuts-on-onsets', text: 'cuts fall on its accents' }] : [];

/** Deviations above which an agreement is a fact: one in forty by chance. */
const SURE = 1.96;

const energyReasons = (side: CutSide, track: PreparedTrack, { pieces }: CropPlan): (readonly [Term, Reason[]])[] => {
	const { level, quickOnsets } = heardCurves(track, pieces, side.dynamics.motion.length);
	if (level.length < SHORTEST * SEARCH_RATE) return [];
	const busy = summed(side.dynamics.motion.subarray(0, level.length), side.dynamics.cutting.subarray(0, level.length));
	const together = correlations(gaussianSmooth(busy, SEARCH_RATE), gaussianSmooth(level, SEARCH_RATE))[0] ?? 0;
	const follows: Reason = {
		code: 'energy-follows',
		text: `its level follows the picture (correlation ${together.toFixed(2)})`,
	};
	const rise = commonRise(busy, level);
	return [
		[
			'movement',
			[
				...accentsFollow(side.dynamics.quickMotion.subarray(0, level.length), quickOnsets),
				...(together >= FOLLOWS ? [follows] : []),
			],
		],
		[
			'rises',
			rise === null
				? []
				: [{ code: 'energy-rises', text: `rises with the picture at ${clock(side.range.start + rise)}` }],
		],
	];
};

/** Said of a correlation that is more than the best of a song's several hundred places has by chance. */
const accentsFollow = (quickMotion: Float64Array, quickOnsets: Float64Array): Reason[] => {
	const r = correlations(quickMotion, quickOnsets)[0] ?? 0;
	const deviations = Math.atanh(Math.min(0.99, r)) * Math.sqrt(quickMotion.length - 3);
	if (deviations < SURELY_AMONG_MANY) return [];
	return [{ code: 'accents-follow', text: `its accents fall where the picture moves (correlation ${r.toFixed(2)})` }];
};

/** One in a thousand by chance. */
const SURELY_AMONG_MANY = 3.1;

const SHORTEST: Seconds = 8;
const FOLLOWS = 0.3;

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

/** Silence at the range's end that is worth a word. */
const MISSING: Seconds = 0.4;
/** This close to where a phrase begins is heard as there. */
const NEAR: Seconds = 0.09;

const phraseReasons = (side: CutSide, { phraseStarts }: PreparedTrack, { pieces, ending }: CropPlan): Reason[] => {
	const isPhrase = (time: Seconds) => phraseStarts.some(start => Math.abs(start - time) <= NEAR);
	const last = pieces.at(-1)!;
	const missing = side.length - (last.at + last.song.end - last.song.start);
	const reasons: Reason[] = [];
	if (isPhrase(pieces[0]!.song.start)) {
		reasons.push({ code: 'starts-on-phrase', text: 'starts where a phrase starts' });
	}
	if (missing > MISSING) {
		reasons.push({ code: 'song-shorter', text: `the song ends ${missing.toFixed(1)} s before the range does` });
	} else if (ending.kind === 'ring-out' || ending.kind === 'button' || ending.kind === 'song-end') {
		reasons.push({ code: 'ends-with-song', text: 'ends as the song does' });
	} else if (isPhrase(last.song.end)) {
		reasons.push({ code: 'ends-on-phrase', text: 'ends where a phrase ends' });
	}
	return reasons;
};

/** Joins less audible than this are hard to hear. */
const HARD_TO_HEAR = 0.45;

const joinReasons = (range: Span, { joins }: CropPlan): Reason[] => {
	if (joins.length === 0) return [];
	const worst = joins.reduce((a, b) => (b.audibility > a.audibility ? b : a));
	const heard = worst.audibility <= HARD_TO_HEAR ? 'hard to hear' : 'can be heard';
	return [
		{
			code: 'joined',
			text: `${counted(joins.length, 'join')} of the song to itself, ${heard} (at ${clock(range.start + worst.at)})`,
		},
	];
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

const wishReasons = ({ terms }: Pick): Reason[] =>
	Math.abs(terms.wishes) < WISHED
		? []
		: [{ code: 'as-wished', text: terms.wishes > 0 ? 'close to what was asked for' : 'far from what was asked for' }];

/** Deviations from which a track is one way or the other. */
const WISHED = 0.5;

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
