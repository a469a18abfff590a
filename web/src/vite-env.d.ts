// Modules that only the build knows.
declare module 'virtual:mantine-styles';
