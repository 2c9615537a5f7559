/** Program of the thread that reads a large timeline: gets its text and rate, answers with the timeline or why not. */
import { parentPort, workerData } from 'node:worker_threads';
import { EngineError, type ErrorCode } from '../protocol/errors.js';
import type { Rate } from '../time/time.js';
import { parseTimeline } from '../timelines/read-timeline.js';
import type { Timeline } from '../timelines/timeline.js';

export type TimelineWork = { readonly text: string; readonly rate: Rate | undefined };

export type TimelineAnswer =
	| { readonly timeline: Timeline }
	| { readonly failure: { readonly code: ErrorCode; readonly detail: string } };

const answer = ({ text, rate }: TimelineWork): TimelineAnswer => {
	try {
		return { timeline: parseTimeline(text, rate) };
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		return { failure: { code: error.code, detail: error.message } };
	}
};

parentPort?.postMessage(answer(workerData as TimelineWork));
