// toml++ is headers only, and slow to compile: its functions are compiled here, once.
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
