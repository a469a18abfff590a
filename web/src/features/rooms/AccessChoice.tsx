// The padlock of a room: four positions, each with what it means in a sentence.
import { Radio } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { accesses, type Access } from '../../api/rooms';
import classes from './AccessChoice.module.css';

interface AccessChoiceProps {
  label: string;
  value: Access;
  onChange: (access: Access) => void;
}

export function AccessChoice({ label, value, onChange }: AccessChoiceProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={label}
      value={value}
      onChange={(chosen) => {
        const access = accesses.find((one) => one === chosen);
        if (access) onChange(access);
      }}
      classNames={{ label: classes.label }}
    >
      <div className={classes.choices}>
        {accesses.map((access) => (
          <Radio
            key={access}
            value={access}
            label={t(`rooms:access.${access}.name`)}
            description={t(`rooms:access.${access}.about`)}
            classNames={{ root: classes.choice, label: classes.name }}
          />
        ))}
      </div>
    </Radio.Group>
  );
}
