import { FRONT_END_RATE, type TrackFrontEnd } from '../features/audio/front-end.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { EngineError } from '../protocol/errors.js';
import { describeSections, describeTrack } from '../segments/describe-track.js';
import { type BeatFeatures, boundaryTimes, type Segmenter } from '../segments/segmenter.js';
import type { Media, Networks } from './ports.js';
import { createTagStream, TAGGER_RATE } from './tag-stream.js';

export type AnalyseTrackPorts = {
	readonly media: Pick<Media, 'probe' | 'audio'>;
	readonly networks: Pick<Networks, 'logMel' | 'musicTags'>;
	/** Fresh for each track. */
	readonly frontEnd: () => TrackFrontEnd;
	readonly segmenter: Segmenter;
	/** Further ones whose boundaries are wanted, for {@link TrackAnalysis.boundariesBy}. */
	readonly compared?: readonly Segmenter[];
};

/**
 * Analyses a track: one decode feeds signal analysis and taggers together, then sections are found and described. Memory
 * is bounded by its features, not by its sound.
 *
 * @throws EngineError 'no-audio' for a file without sound, or what the ports throw
 */
export const analyseTrack = async (
	path: string,
	{ media, networks, frontEnd, segmenter, compared = [] }: AnalyseTrackPorts,
	signal?: AbortSignal,
): Promise<TrackAnalysis> => {
	const info = await media.probe(path, signal);
	if (!info.audio) throw new EngineError('no-audio', `${path} has no sound.`);

	const front = frontEnd();
	const tagger = createTagStream(networks, signal);
	let heard = 0;
	for await (const { sampleRate, samples } of media.audio(path, [FRONT_END_RATE, TAGGER_RATE], signal)) {
		if (sampleRate === FRONT_END_RATE) {
			heard += samples.length;
			front.push(samples);
		} else {
			await tagger.push(samples);
		}
	}
	if (heard === 0) throw new EngineError('media-unreadable', `${path} holds no sound that can be decoded.`);

	const signals = front.finish();
	const { tags, features } = await tagger.finish();
	const { beatFeatures, ...analysed } = signals;
	return {
		...analysed,
		features,
		tags,
		sections: describeSections(segmenter, signals),
		labels: describeTrack(signals, tags),
		...(compared.length > 0 && { boundariesBy: boundariesBy(compared, beatFeatures) }),
	};
};

const boundariesBy = (segmenters: readonly Segmenter[], features: BeatFeatures) =>
	Object.fromEntries(
		segmenters.map(one => [one.name, boundaryTimes(features, one.segment(features).boundaries)] as const),
	);
