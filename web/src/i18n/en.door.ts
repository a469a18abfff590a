// What is said in en at the door of a room, and in errors on any page: one file of /locales per topic.
import { byTopic, type Sentences } from './byTopic';

export default byTopic(
  import.meta.glob<Sentences>('../../../locales/en/{common,devices,errors,goodbye,lobby,prejoin}.json', {
    eager: true,
    import: 'default',
  }),
);
