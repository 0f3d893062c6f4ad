#pragma once

#include <dataexport/search/search_query.hpp>
