import { cutDynamics, SEARCH_RATE } from '../crops/dynamics.js';
import { type Piece, songSpansIn } from '../crops/plan.js';
import { TERMS } from '../crops/terms.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import { keyName } from '../features/key-name.js';
import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import type {
	AlignmentView,
	Curve,
	CutView,
	DistanceName,
	Suggestion,
	TrackDescription,
	TrackView,
} from '../protocol/messages.js';
import type { Pick } from '../suggestions/pick.js';
import type { Span } from '../time/time.js';
import type { TrackAlignment } from './align-track.js';
import type { TrackRecord } from './catalog.js';

/** A cut as the page draws it. */
export const viewOfCut = (
	cut: {
		readonly id: string;
		readonly name: string;
		readonly hasSound: boolean;
		readonly playable: boolean;
		readonly timeline: string | null;
		readonly sequence: { readonly id: string; readonly revision: string } | null;
		readonly offline: readonly string[];
	},
	analysis: CutAnalysis,
): CutView => ({
	id: cut.id,
	name: cut.name,
	duration: analysis.duration,
	rate: analysis.rate,
	boundaries: [...analysis.boundaries],
	segments: [...analysis.segments],
	energy: pictureEnergy(analysis),
	speech: [...analysis.speech],
	pictureUrl: cut.playable ? `/media/cuts/${cut.id}/picture` : null,
	posterUrl: `/media/cuts/${cut.id}/poster`,
	hasSound: cut.hasSound,
	timeline: cut.timeline,
	sequence: cut.sequence && { id: cut.sequence.id, revision: cut.sequence.revision },
	offline: [...cut.offline],
});

/**
 * A track as lists and suggestions name it.
 *
 * @param energy - among the catalogue's tracks, in [0, 1]; null where it is not known
 */
export const viewOfTrack = (track: TrackRecord, energy: number | null = null): TrackView => ({
	id: track.id,
	path: track.path,
	title: track.tags.title,
	artist: track.tags.artist,
	album: track.tags.album,
	duration: track.duration,
	tempo: track.tempo > 0 ? track.tempo : null,
	tempoConfidence: track.tempoConfidence,
	loudness: Number.isFinite(track.loudness) ? track.loudness : null,
	labels: [...track.labels],
	energy,
	vocals: track.vocals,
	licence: track.tags.licence,
	coverUrl: track.tags.hasCover ? `/media/tracks/${track.id}/cover` : null,
	soundUrl: `/media/tracks/${track.id}/sound`,
});

/** A track as people hear it: what divides it, what repeats, where it rises and how it ends. */
export const viewOfDescription = ({ duration, sections, key, labels }: Described): TrackDescription => ({
	duration,
	sections: [...sections],
	key: key && { name: keyName(key), ...key },
	drop: labels.drop,
	phrase: labels.phrase,
	ending: labels.ending,
	loops: [...labels.loops],
	vocals: [...labels.vocals],
});

type Described = { readonly [Part in 'duration' | 'sections' | 'key' | 'labels']: TrackAnalysis[Part] };

/** A pick as the page draws it: with the crop's waveform in the cut's time, and the beats and sections inside the crop. */
export const viewOfPick = (
	pick: Pick,
	track: TrackRecord,
	analysis: TrackAnalysis,
	range: Span,
	compared: { readonly name: DistanceName; readonly model: string },
	energy: number | null = null,
): Suggestion => {
	const heard = (times: readonly number[]) => timesUnderRange(pick.plan.pieces, times).map(at => pick.crop.start + at);
	return {
		track: viewOfTrack(track, energy),
		crop: pick.crop,
		choice: pick.choice,
		plan: { ...pick.plan, pieces: [...pick.plan.pieces], joins: [...pick.plan.joins] },
		terms: TERMS.map(name => ({ name, value: pick.terms[name], weight: pick.basis.weights[name] })),
		basis: { ...pick.basis, model: compared.model },
		alternatives: [...pick.alternatives],
		range,
		score: pick.score,
		distance: { name: compared.name, value: pick.distance },
		segments: [...pick.segments],
		reasons: [...pick.reasons],
		waveform: waveform(analysis, pick.plan.pieces, range),
		beats: heard(analysis.beats.beats),
		sections: heard(analysis.sections.map(({ start }) => start)),
	};
};

/** A track beside a cut as the page draws it. */
export const viewOfAlignment = (
	{ likeness, played, path, value }: TrackAlignment,
	segments: readonly Span[],
	sections: readonly Span[],
	analysis: TrackAnalysis,
	name: DistanceName,
): AlignmentView => ({
	segments: [...segments],
	sections: sections.map(section => {
		const heard = analysis.sections.find(({ start }) => start === section.start);
		return { ...section, label: heard?.label ?? '', energy: heard?.energy ?? 'mid' };
	}),
	likeness: likeness.map(values => values.map(toThousandths)),
	played: played.map(({ query, candidate, seconds }) => ({ segment: query, section: candidate, seconds })),
	path: path?.map(({ query, candidate }) => ({ segment: query, section: candidate })) ?? null,
	distance: { name, value },
});

/** Values of a drawn waveform: about as many as a screen has columns. */
const WAVEFORM_VALUES = 1200;

/** The largest peak in each step of the range; 0 where nothing is heard. */
const waveform = ({ curves }: TrackAnalysis, pieces: readonly Piece[], range: Span): Curve => {
	const length = range.end - range.start;
	const rate = Math.min(CURVE_RATE, WAVEFORM_VALUES / length);
	const values = Array.from({ length: Math.ceil(length * rate) }, (_, k) => {
		let peak = 0;
		for (const { start, end } of songSpansIn(pieces, { start: k / rate, end: (k + 1) / rate })) {
			const first = Math.floor(start * CURVE_RATE);
			const last = Math.min(Math.max(first + 1, Math.floor(end * CURVE_RATE)), curves.peak.length);
			for (let i = first; i < last; i++) peak = Math.max(peak, curves.peak[i]!);
		}
		return toThousandths(Math.min(1, peak));
	});
	return { rate, values };
};

/** When these seconds of the song are heard, in seconds after the range's start, in order. */
const timesUnderRange = (pieces: readonly Piece[], times: readonly number[]): number[] =>
	pieces.flatMap(({ song, at, fadeIn }, k) => {
		const next = pieces[k + 1];
		const from = k === 0 ? at : at + fadeIn / 2;
		const to = next ? next.at + next.fadeIn / 2 : at + (song.end - song.start);
		return times.map(time => at + (time - song.start)).filter(heard => heard >= from && heard < to);
	});

/** Finer than a screen shows, and a third of the characters. */
const toThousandths = (value: number): number => Math.round(1000 * value) / 1000;

/** How much happens in the picture: motion and cutting, each against its own most, half and half. */
const pictureEnergy = (analysis: CutAnalysis): Curve => {
	const { motion, cutting } = cutDynamics(analysis, { start: 0, end: analysis.duration });
	const most = { motion: highest(motion), cutting: highest(cutting) };
	const values = Array.from(motion, (value, k) =>
		toThousandths((value / most.motion + cutting[k]! / most.cutting) / 2),
	);
	return { rate: SEARCH_RATE, values };
};

/** 1 for a curve of zeros, which then stays one. */
const highest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0) || 1;
