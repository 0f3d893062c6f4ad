// expect: conver
#include <dataexport/core/ids.hpp>

#if defined(CORRECTED)
using Given = dataexport::UserId;
#else
using Given = dataexport::ProjectId;
#endif

bool owns(dataexport::UserId user) { return user.value == 7; }

bool answer() { return owns(Given{7}); }
