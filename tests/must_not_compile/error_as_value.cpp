// expect: conver
#include <dataexport/core/error.hpp>

dataexport::Result<int> half(int number);

#if defined(CORRECTED)
dataexport::Result<int> quarter(int number) {
#else
int quarter(int number) {
#endif
    return half(number);
}
