#include <dataexport/dataexport.hpp>

#include <cstdio>

int main() { return std::puts(DATAEXPORT_VERSION) < 0; }
