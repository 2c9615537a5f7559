import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Checkbox } from '@adobe/react-spectrum/Checkbox';
import { RangeSlider } from '@adobe/react-spectrum/RangeSlider';
import type { TrackFilter } from '../../engine/protocol/messages.js';
import { clock } from '../state/words.js';

type Bounds = 'tempo' | 'energy' | 'duration';

type Fields = Pick<TrackFilter, Bounds | 'favourites'>;

type FilterFieldsProps = {
	readonly filter: Fields;
	readonly onChange: (filter: Fields) => void;
};

/** The ends of each slider stand for "no bound": beyond them lies music too. */
const SLIDERS: readonly {
	readonly name: Bounds;
	readonly label: string;
	readonly least: number;
	readonly most: number;
	readonly step: number;
	/** What one step of the slider is in the filter's unit. */
	readonly unit: number;
	readonly shown: (value: number) => string;
}[] = [
	{ name: 'tempo', label: 'Tempo', least: 40, most: 200, step: 1, unit: 1, shown: value => `${value} BPM` },
	{ name: 'energy', label: 'Energy', least: 0, most: 100, step: 5, unit: 0.01, shown: value => `${value} %` },
	{ name: 'duration', label: 'Length', least: 0, most: 600, step: 10, unit: 1, shown: clock },
];

/** Bounds of tempo, energy and length, each between two handles, and whether only favourites are wanted. */
export const FilterFields = ({ filter, onChange }: FilterFieldsProps) => (
	<div className="filters">
		{SLIDERS.map(({ name, label, least, most, step, unit, shown }) => {
			const bounds = filter[name];
			const value = {
				start: bounds?.from === undefined ? least : Math.round(bounds.from / unit),
				end: bounds?.to === undefined ? most : Math.round(bounds.to / unit),
			};
			return (
				<RangeSlider
					key={name}
					label={label}
					width="100%"
					minValue={least}
					maxValue={most}
					step={step}
					value={value}
					getValueLabel={({ start, end }) => {
						if (start === least && end === most) return 'any';
						if (start === least) return `to ${shown(end)}`;
						return end === most ? `from ${shown(start)}` : `${shown(start)} – ${shown(end)}`;
					}}
					onChange={({ start, end }) => {
						const wanted = {
							...(start > least && { from: start * unit }),
							...(end < most && { to: end * unit }),
						};
						const { [name]: _, ...others } = filter;
						onChange(Object.keys(wanted).length === 0 ? others : { ...others, [name]: wanted });
					}}
				/>
			);
		})}
		<Checkbox
			isSelected={filter.favourites ?? false}
			onChange={isWanted => {
				const { favourites: _, ...others } = filter;
				onChange(isWanted ? { ...others, favourites: true } : others);
			}}
		>
			Only favourites
		</Checkbox>
		{Object.keys(filter).length > 0 && (
			<ActionButton isQuiet onPress={() => onChange({})}>
				Clear filters
			</ActionButton>
		)}
	</div>
);
