import type { HostClip, HostSequence, HostSnapshot, HostTrack } from '../protocol/host.js';
import { TICKS_PER_SECOND } from '../time/ticks.js';
import type { Rate } from '../time/time.js';
import { decimalFraction, type Fraction, fraction, minus, ONE, over, plus, times, ZERO } from './fraction.js';
import { clipOf } from './pieces.js';
import { nearestFrame, possibleRate } from './rates.js';
import type { Source, Timeline, Track } from './timeline.js';
import { quoted, unreadable } from './unreadable.js';

/** Seconds of a number of ticks. */
export const ticksToSeconds = (ticks: string): Fraction => fraction(BigInt(ticks), TICKS_PER_SECOND);

/**
 * An editing program's snapshot as a timeline. Positions count from the sequence's own zero.
 *
 * @throws EngineError 'timeline-unreadable' for sequences that contain themselves or have no frame rate
 */
export const hostTimeline = (snapshot: HostSnapshot): Timeline => {
	const sequences = new Map(snapshot.nested.map(sequence => [sequence.id, sequence]));
	sequences.set(snapshot.sequence.id, snapshot.sequence);
	const known = new Map<string, Timeline>();
	const open = new Set<string>();

	const read = (sequence: HostSequence): Timeline => {
		const before = known.get(sequence.id);
		if (before) return before;
		if (open.has(sequence.id)) throw unreadable(`The sequence ${quoted(sequence.name)} contains itself.`);
		open.add(sequence.id);
		const rate = rateOf(sequence);
		const tracks = (some: readonly HostTrack[]): Track[] =>
			some.map(({ name, muted, clips }) => ({
				name,
				enabled: !muted,
				clips: clips.map(clip => clipFrom(clip, rate)).sort((a, b) => a.range.start - b.range.start),
				transitions: [],
			}));
		const timeline: Timeline = {
			name: sequence.name,
			rate,
			rateKnown: true,
			dropFrame: false,
			startFrame: 0,
			duration: nearestFrame(ticksToSeconds(sequence.end), rate),
			videoTracks: tracks(sequence.video),
			audioTracks: tracks(sequence.audio),
			markers: [],
		};
		open.delete(sequence.id);
		known.set(sequence.id, timeline);
		return timeline;
	};

	const clipFrom = (clip: HostClip, rate: Rate) => {
		const start = ticksToSeconds(clip.start);
		const duration = minus(ticksToSeconds(clip.end), start);
		const forwards = decimalFraction(String(clip.speed)) ?? ONE;
		const speed = clip.reversed ? minus(ZERO, forwards) : forwards;
		const first = ticksToSeconds(clip.in);
		// A reversed clip is taken from where its stretch of the source ends.
		const from = clip.reversed ? plus(first, times(duration, forwards)) : first;
		const { name, enabled } = clip;
		return clipOf({ name, start, duration, source: sourceOf(clip), from, speed, sourceRate: rate, enabled }, rate);
	};

	const sourceOf = ({ source, name }: HostClip): Source => {
		switch (source.kind) {
			case 'media':
				return { kind: 'media', url: source.path, name, available: null };
			case 'offline':
				return { kind: 'offline', name };
			case 'made':
				return { kind: 'generator', name, seeThrough: !source.covers };
			case 'nested': {
				const inner = sequences.get(source.sequence);
				return inner ? { kind: 'nested', timeline: read(inner) } : { kind: 'offline', name };
			}
		}
	};

	return read(snapshot.sequence);
};

const rateOf = ({ name, frame }: HostSequence): Rate => {
	const length = ticksToSeconds(frame);
	if (length.numerator <= 0n) throw unreadable(`The sequence ${quoted(name)} has a frame that lasts no time.`);
	return possibleRate(over(ONE, length), `The frame rate of the sequence ${quoted(name)}`);
};
