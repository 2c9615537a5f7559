import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { beatScore, trimBeats } from '../../../engine/evaluation/beats.js';
import type { LabelledSpan } from '../../../engine/evaluation/contingency.js';
import { mutualInformation } from '../../../engine/evaluation/mutual-information.js';
import { boundaryDetection, boundaryDeviation, trimEnds } from '../../../engine/evaluation/segment-boundaries.js';
import {
	adjustedRandIndex,
	normalizedConditionalEntropy,
	pairwiseScore,
	randIndex,
	vMeasure,
} from '../../../engine/evaluation/segment-labels.js';

type Scores = Record<string, number>;
type Case<S> = { name: string; reference_s: number[]; estimated_s: number[]; scores: S };
type BoundaryScores = Record<string, Record<string, number | null>>;
type LabelScores = {
	pairwise: Scores;
	nce: Scores;
	vmeasure: Scores;
	rand_index: number;
	ari: number;
	mutual_information: Scores;
};
type LabelCase = Case<LabelScores> & { reference_labels: string[]; estimated_labels: string[] };

const golden = JSON.parse(readFileSync(new URL('../../golden/audio/mir_eval/cases.json', import.meta.url), 'utf8')) as {
	segments: Case<BoundaryScores>[];
	labels: LabelCase[];
	beats: Case<Scores>[];
};

/** Every number within 1e-9 of mir_eval's. */
const expectClose = (actual: object, wanted: Record<string, number | null>) => {
	expect(Object.keys(actual).sort()).toEqual(Object.keys(wanted).sort());
	for (const [key, value] of Object.entries(actual)) {
		const difference = Math.abs(value - wanted[key]!);
		expect(difference, `${key}: ${value} against ${wanted[key]}`).toBeLessThanOrEqual(1e-9);
	}
};

describe.each(golden.segments)('boundaries scored as by mir_eval: $name', ({ reference_s, estimated_s, scores }) => {
	const deviationAsNamed = (reference: number[], estimated: number[]) => {
		const found = boundaryDeviation(reference, estimated);
		return {
			reference_to_estimated: found?.referenceToEstimated ?? null,
			estimated_to_reference: found?.estimatedToReference ?? null,
		};
	};

	test.each([0.5, 3])('hit rate within %d s, with and without the ends', window => {
		expectClose(boundaryDetection(reference_s, estimated_s, window), scores[`detection_${window}s`]!);
		expectClose(
			boundaryDetection(trimEnds(reference_s), trimEnds(estimated_s), window),
			scores[`detection_${window}s_trimmed`]!,
		);
	});

	test('median deviation both ways, with and without the ends, none where a list is empty', () => {
		const pairs = [
			[deviationAsNamed(reference_s, estimated_s), scores.deviation!],
			[deviationAsNamed(trimEnds(reference_s), trimEnds(estimated_s)), scores.deviation_trimmed!],
		] as const;
		for (const [actual, wanted] of pairs) {
			if (wanted.reference_to_estimated === null) expect(actual).toEqual(wanted);
			else expectClose(actual, wanted);
		}
	});
});

const labelled = (times: number[], labels: string[]): LabelledSpan[] =>
	labels.map((label, i) => ({ start: times[i]!, end: times[i + 1]!, label }));

describe.each(golden.labels)('labels scored as by mir_eval: $name', one => {
	const reference = labelled(one.reference_s, one.reference_labels);
	const estimated = labelled(one.estimated_s, one.estimated_labels);

	test('pairwise agreement, Rand index plain and adjusted', () => {
		expectClose(pairwiseScore(reference, estimated), one.scores.pairwise);
		expect(randIndex(reference, estimated)).toBeCloseTo(one.scores.rand_index, 9);
		expect(adjustedRandIndex(reference, estimated)).toBeCloseTo(one.scores.ari, 9);
	});

	test('normalised conditional entropy, V-measure and mutual information', () => {
		expectClose(normalizedConditionalEntropy(reference, estimated), one.scores.nce);
		expectClose(vMeasure(reference, estimated), one.scores.vmeasure);
		const { information, adjusted, normalised } = mutualInformation(reference, estimated);
		// With one label on one side there is no information; mir_eval then divides its rounding error, -6e-16, by 1e-10.
		const wanted = { ...one.scores.mutual_information };
		if (one.name === 'all one label') wanted.normalised = 0;
		expectClose({ mi: information, adjusted, normalised }, wanted);
	});
});

describe.each(golden.beats)('beats scored as by mir_eval: $name', ({ reference_s, estimated_s, scores }) => {
	test('F-measure, from the start and from 5 s on', () => {
		expect(beatScore(reference_s, estimated_s).f).toBeCloseTo(scores.f_measure!, 9);
		expect(beatScore(trimBeats(reference_s), trimBeats(estimated_s)).f).toBeCloseTo(scores.f_measure_trimmed!, 9);
	});
});
