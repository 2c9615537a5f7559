import type { Matrix } from '../../numeric/matrix.js';
import type { Seconds } from '../../time/time.js';
import { type BeatGrid, type BeatSound, CURVE_RATE, type Key, type TrackCurves } from '../track-analysis.js';
import { beatSound } from './beat-sound.js';
import { averageBetween } from './beat-synchronous.js';
import { trackBeats } from './beats.js';
import { constantTempoBeats } from './constant-tempo.js';
import { growingFloats } from './growing.js';
import { harmonicSeparation } from './harmonic-separation.js';
import type { SpectralKernel } from './kernel.js';
import { estimateKey } from './key.js';
import { logMelRises } from './log-mel-flux.js';
import { loudnessMeter } from './loudness.js';
import { meanFlux, medianFlux } from './onset-strength.js';
import { LOW_SPECTRUM, pitchClassProfiles } from './pitch-class-profile.js';
import { pitchHistogram } from './pitch-histogram.js';
import { sectionsMfcc } from './sections-mfcc.js';
import { centroidBin } from './spectral-shape.js';
import { type SpectrumFrame, spectrumStream } from './spectrum-stream.js';

/** What the front-end takes: mono samples at this rate. */
export const FRONT_END_RATE = 22_050;

const SIZE = 2048;
const HOP = 512;
const LEVEL_FLOOR = -80;

/** How much louder two equal channels are than their mono mix, in LU. */
const TWO_CHANNELS = 10 * Math.log10(2);

/** Mel bands under about 200 Hz, where kick drums and basses mark the bar. */
const LOW_BANDS = 6;

/** Hops by which a centred frame of 2048 hears an onset early. */
const ONSET_DELAY = 2;

/** What one pass over a track's sound gives: everything but tags and sections. */
export type TrackSignal = {
	readonly duration: Seconds;
	/** EBU R128 of the mono mix at 22,050 Hz, counted for two equal channels; -Infinity for silence. */
	readonly loudness: number;
	readonly curves: TrackCurves;
	readonly beats: BeatGrid;
	readonly beatFeatures: BeatSynchronousFeatures;
	readonly beatSound: BeatSound;
	readonly key: Key | null;
};

/**
 * What sections are found in: one row per interval of a grid of one tempo throughout (see {@link constantTempoBeats}),
 * which is finer or coarser than the {@link BeatGrid} where the tempo's level is ambiguous. Row 0 is the time before
 * its first beat, the last row the time after its last one.
 */
export type BeatSynchronousFeatures = {
	/** Row i lasts from edges[i] to edges[i + 1]; the first is 0, the last the duration. */
	readonly edges: readonly Seconds[];
	/** Pitch-class profile of the harmonic part: rows × 12, in [0, 1]. */
	readonly chroma: Matrix;
	/** Mel-frequency cepstral coefficients: rows × 14. */
	readonly mfcc: Matrix;
};

/**
 * Signal analysis of one track in one pass. Memory grows with the track, by about 9 kB a second and twice that while
 * lists are moved to larger blocks, but holds neither its samples nor its spectra.
 */
export interface TrackFrontEnd {
	/** The next mono samples at {@link FRONT_END_RATE}, as many as there are, in [-1, 1]. */
	push(samples: Float32Array): void;
	/** Ends the track. RangeError when it had no samples; nothing may be pushed afterwards. */
	finish(): TrackSignal;
}

/** @param kernel - a fresh one, for this track alone */
export const createTrackFrontEnd = (kernel: SpectralKernel): TrackFrontEnd => {
	const mixture = mixtureCurves(kernel);
	const parts = separatedParts(kernel);
	const mfcc = sectionsMfcc(kernel);
	const meter = loudnessMeter(FRONT_END_RATE, 1);
	const stream = spectrumStream(kernel, frame => {
		parts.push(frame, mixture.push(frame));
		if (frame.longPowers !== null) mfcc.push(frame.longPowers);
	});

	return {
		push: samples => {
			stream.push(samples);
			meter.push([samples]);
		},
		finish: () => {
			const length = stream.finish();
			if (length === 0) throw new RangeError('a track without samples cannot be analysed');
			const duration = length / FRONT_END_RATE;
			const { curves, beatStrength, lowStrength } = mixture.finish();
			const { profiles, pitchClasses, percussiveStrength, histogram } = parts.finish();
			const sectionBeats = constantTempoBeats(percussiveStrength, CURVE_RATE / 2, kernel).filter(
				beat => beat > 0 && beat / (CURVE_RATE / 2) < duration,
			);
			const frames = [0, ...sectionBeats, percussiveStrength.length];
			const beats = trackBeats({ strength: beatStrength, lowStrength, pitchClasses }, duration, kernel);
			const coefficients = mfcc.finish().data;
			return {
				duration,
				loudness: meter.integrated() + TWO_CHANNELS,
				curves,
				beats,
				beatFeatures: {
					edges: [0, ...sectionBeats.map(beat => beat / (CURVE_RATE / 2)), duration],
					chroma: averageBetween(profiles, 12, frames),
					mfcc: averageBetween(coefficients, 14, frames),
				},
				beatSound: beatSound({ pitchClasses, mfcc: coefficients }, CURVE_RATE / 2, beats.beats, duration),
				key: estimateKey(histogram),
			};
		},
	};
};

/** Curves of the whole sound, and the magnitudes that separation goes on with. */
const mixtureCurves = (kernel: SpectralKernel) => {
	const level = growingFloats();
	const peak = growingFloats();
	const centroid = growingFloats();
	const mean = growingFloats();
	const median = growingFloats();
	const low = growingFloats();
	const magnitudes = kernel.floats(SIZE / 2 + 1);
	const rises = logMelRises(kernel);

	return {
		push: (frame: SpectrumFrame): Float32Array => {
			let squares = 0;
			let largest = 0;
			for (let t = 0; t < HOP; t++) {
				const sample = frame.centre[t]!;
				squares += sample * sample;
				largest = Math.max(largest, Math.abs(sample));
			}
			level.push(Math.max(LEVEL_FLOOR, 10 * Math.log10(squares / HOP)));
			peak.push(Math.min(1, largest));
			kernel.squareRoots(frame.powers, magnitudes);
			centroid.push((centroidBin(magnitudes) * FRONT_END_RATE) / SIZE);
			const bands = rises(frame.powers);
			mean.push(meanFlux(bands));
			low.push(meanFlux(bands.subarray(0, LOW_BANDS)));
			median.push(medianFlux(bands));
			return magnitudes;
		},
		finish: () => ({
			curves: {
				level: level.values().slice(),
				onsetStrength: delayed(mean.values(), ONSET_DELAY),
				centroid: centroid.values().slice(),
				peak: peak.values().slice(),
			},
			beatStrength: delayed(median.values(), ONSET_DELAY),
			lowStrength: delayed(low.values(), ONSET_DELAY),
		}),
	};
};

/** Everything that needs harmonic and percussive parts apart. Per two hops: profiles and percussive onsets. */
const separatedParts = (kernel: SpectralKernel) => {
	const bins = SIZE / 2 + 1;
	const profiles = growingFloats();
	const pitchClasses = growingFloats();
	const percussiveStrength = growingFloats();
	const histogram = pitchHistogram();
	const pitches = pitchClassProfiles(kernel, frame => {
		profiles.append(frame.profile);
		pitchClasses.append(frame.pitchClasses);
	});
	const rises = logMelRises(kernel);
	const harmonic = kernel.floats(bins);
	const percussivePowers = kernel.floats(bins);

	// Low bins wait here until the separation, some 20 hops later, gives their frame's shares.
	const waiting: { re: Float32Array; im: Float32Array }[] = [];
	let emitted = 0;

	const separation = harmonicSeparation(bins, kernel, (magnitudes, share) => {
		kernel.multiply(magnitudes, share, harmonic);
		const { re, im } = waiting.shift()!;
		for (let bin = 0; bin < LOW_SPECTRUM; bin++) {
			re[bin]! *= share[bin]!;
			im[bin]! *= share[bin]!;
		}
		pitches.push(harmonic, re, im);
		if (emitted++ % 2 === 0) {
			for (let bin = 0; bin < bins; bin++) percussivePowers[bin] = (magnitudes[bin]! - harmonic[bin]!) ** 2;
			percussiveStrength.push(medianFlux(rises(percussivePowers)));
			histogram.push(harmonic);
		}
	});

	return {
		push: ({ re, im }: SpectrumFrame, magnitudes: Float32Array) => {
			waiting.push({ re: re.slice(0, LOW_SPECTRUM), im: im.slice(0, LOW_SPECTRUM) });
			separation.push(magnitudes);
		},
		finish: () => {
			separation.finish();
			pitches.finish();
			return {
				profiles: profiles.values(),
				pitchClasses: pitchClasses.values(),
				// At twice the hop the frame's lead is half as many.
				percussiveStrength: delayed(percussiveStrength.values(), ONSET_DELAY / 2),
				histogram: histogram.finish(),
			};
		},
	};
};

/** Moved later by `hops`; what falls off the end is lost. */
const delayed = (values: Float32Array, hops: number): Float32Array => {
	const moved = new Float32Array(values.length);
	moved.set(values.subarray(0, Math.max(0, values.length - hops)), Math.min(hops, values.length));
	return moved;
};
