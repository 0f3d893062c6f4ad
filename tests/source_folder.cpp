#include "support/source_folder.hpp"

const char* const support::source_folder = DATAEXPORT_SOURCE_DIR;
